// npm run dev: the server from its sources, restarted on change, and the web app with hot reload on port 5173.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { checkNode, installIfMissing, ROOT } from './setUp.mjs';

checkNode();
installIfMissing();

const bin = (name) => join(ROOT, 'node_modules', '.bin', name);
const children = [
  spawn(bin('tsx'), ['watch', '--conditions=source', 'packages/server/src/main.ts', ...process.argv.slice(2)], { cwd: ROOT, stdio: 'inherit' }),
  spawn(bin('vite'), ['--clearScreen', 'false'], { cwd: join(ROOT, 'packages/web'), stdio: 'inherit' }),
];
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => children.forEach((child) => child.kill(signal)));
for (const child of children) child.on('exit', (code) => children.forEach((other) => other !== child && other.kill()) ?? process.exit(code ?? 0));
