// npm run bench -- read [spans]: measures the built program and prints the machine's facts beside the numbers.
import { buildIfStale, checkNode, installIfMissing, runTool } from './setUp.mjs';

checkNode();
installIfMissing();
buildIfStale();
runTool('tsx', ['--conditions=source', 'bench/main.ts', ...process.argv.slice(2)], { stdio: 'inherit' });
