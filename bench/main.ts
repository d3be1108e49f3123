import { benchReadSide } from './readSide.ts';

const [which = 'read', size] = process.argv.slice(2);
if (which !== 'read') {
  console.error('usage: npm run bench -- read [spans]');
  process.exit(2);
}
await benchReadSide(Number(size ?? 1_000_000));
