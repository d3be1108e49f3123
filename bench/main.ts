import { benchAlerts } from './alerts.ts';
import { benchIngest } from './ingest.ts';
import { benchReadSide } from './readSide.ts';
import { benchRollups } from './rollups.ts';
import { benchStages } from './stages.ts';

const [which, size, days, spans] = process.argv.slice(2);
if (which === 'read') await benchReadSide(Number(size ?? 1_000_000));
else if (which === 'ingest') await benchIngest(Number(size ?? 10));
else if (which === 'stages') benchStages(Number(size ?? 5));
else if (which === 'rollups') await benchRollups(Number(size ?? 10_000_000), Number(days ?? 30));
else if (which === 'alerts') await benchAlerts(Number(size ?? 10_000), Number(days ?? 50), Number(spans ?? 1_000_000));
else {
  console.error(
    'usage: npm run bench -- read [spans] | ingest [seconds] | stages [seconds] | rollups [spans] [days] | alerts [rules] [workspaces] [spans]',
  );
  process.exit(2);
}
