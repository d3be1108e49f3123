import { benchIngest } from './ingest.ts';
import { benchReadSide } from './readSide.ts';
import { benchStages } from './stages.ts';

const [which, size] = process.argv.slice(2);
if (which === 'read') await benchReadSide(Number(size ?? 1_000_000));
else if (which === 'ingest') await benchIngest(Number(size ?? 10));
else if (which === 'stages') benchStages(Number(size ?? 5));
else {
  console.error('usage: npm run bench -- read [spans] | ingest [seconds] | stages [seconds]');
  process.exit(2);
}
