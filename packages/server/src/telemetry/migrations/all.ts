import { firstTables } from './0001-first-tables.ts';
import { spanArrivals } from './0002-span-arrivals.ts';
import { logs } from './0003-logs.ts';
import { metricPoints } from './0004-metric-points.ts';
import { events } from './0005-events.ts';
import { observationParts } from './0006-observation-parts.ts';
import { ingestAccounts } from './0007-ingest-accounts.ts';
import { spanCosts } from './0008-span-costs.ts';
import { partsOfSpans } from './0009-parts-of-spans.ts';
import { views } from './0010-views.ts';
import { spanRollups } from './0011-span-rollups.ts';
import { agentsOfTraces } from './0012-agents-of-traces.ts';
import { agentHealth } from './0013-agent-health.ts';
import type { Migration } from './migration.ts';

/** In the order in which they are applied. */
export const MIGRATIONS: readonly Migration[] = [firstTables, spanArrivals, logs, metricPoints, events, observationParts, ingestAccounts, spanCosts, partsOfSpans, views, spanRollups, agentsOfTraces, agentHealth];
