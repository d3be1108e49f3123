import { buildIfStale, checkNode, installIfMissing } from './setUp.mjs';

checkNode();
installIfMissing();
buildIfStale();
