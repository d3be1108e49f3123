import { getIngestHealth, listQuarantine } from '@sightglass/contract/routes/ingest';
import { formatTimestamp } from '@sightglass/contract/timestamp';
import type { Caller } from '../../access/caller.ts';
import type { TelemetryReader } from '../../explore/reader.ts';
import { parseTimeRange } from '../../explore/timeRange.ts';
import { readIngestHealth } from '../../ingest/ingestHealth.ts';
import type { Quarantine } from '../../journal/quarantine.ts';
import { sourceOfPath } from '../../receive/sources.ts';
import type { RefusalLog } from '../../receive/refusals.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export interface IngestHealthRouteDeps {
  readerOf(caller: Caller): TelemetryReader;
  refusals: Pick<RefusalLog, 'of'>;
  quarantine: Pick<Quarantine, 'list'>;
  /** Unix nanoseconds. */
  now(): bigint;
}

const LISTED_MAX = 500;
/** Items of a request that was taken were counted one by one. */
const isWhole = ({ code }: { code: string }) => code !== 'partial-success';

export function ingestHealthRoutes(app: App, { readerOf, refusals, quarantine, now }: IngestHealthRouteDeps): void {
  const refusalsFor = ({ workspaceId, hiddenAgents }: Caller) => (hiddenAgents.length > 0 ? [] : refusals.of(workspaceId));

  app.openapi(getIngestHealth, async (c) => {
    const range = parseTimeRange(c.req.valid('query'), now(), 'query');
    if (!range.ok) return problem(c, range.error);
    // Nobody knows of which agents refused requests and unreadable frames were; whoever may not see all sees none.
    const refused = refusalsFor(c.var.caller)
      .filter(isWhole)
      .map(({ path, atMs, message, count }) => ({ source: sourceOfPath(path), atMs, message, count }));
    const items = await readIngestHealth(readerOf(c.var.caller), range.value, refused);
    return items.ok ? c.json({ items: items.value }, 200) : problem(c, items.error);
  });

  app.openapi(listQuarantine, async (c) => {
    const { workspaceId, hiddenAgents } = c.var.caller;
    if (hiddenAgents.length > 0) return c.json({ items: [] }, 200);
    // What is too damaged to tell whose it was is shown to everybody: it may be theirs, and says nothing of anyone.
    const entries = (await quarantine.list()).filter((entry) => (entry.workspaceId ?? workspaceId) === workspaceId);
    const items = entries.slice(0, LISTED_MAX).map(({ name, atMs, reason, source, signal, items: count, bytes }) => ({
      id: name,
      at: formatTimestamp(BigInt(atMs) * 1_000_000n),
      reason,
      source,
      signal,
      items: count,
      bytes,
    }));
    return c.json({ items }, 200);
  });
}
