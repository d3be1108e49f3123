// npm start: set up, then run the built program in this very process, so that signals reach it directly.
import { buildIfStale, checkNode, installIfMissing, ROOT } from './setUp.mjs';

checkNode();
installIfMissing();
buildIfStale();
await import(new URL(`file://${ROOT}/packages/server/dist/main.js`));
