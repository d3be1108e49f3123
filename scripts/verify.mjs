// npm run verify: format, lint, types, dead code, doc paths. Seconds, no services.
import { checkNode, installIfMissing, ROOT, run, runTool } from './setUp.mjs';

checkNode();
installIfMissing();
const steps = [
  ['format', () => runTool('biome', ['format', '.'])],
  ['lint', () => runTool('oxlint', ['--deny-warnings'])],
  ['types', () => runTool('tsc', ['-b'])],
  ['types of tests', () => runTool('tsc', ['-p', 'tsconfig.test.json'])],
  ['dead code', () => runTool('knip', [])],
  ['paths in docs', () => run(process.execPath, [`${ROOT}/scripts/checkDocPaths.mjs`])],
];
for (const [name, step] of steps) {
  const startedMs = performance.now();
  step();
  console.error(`ok  ${name.padEnd(16)} ${Math.round(performance.now() - startedMs)} ms`);
}
