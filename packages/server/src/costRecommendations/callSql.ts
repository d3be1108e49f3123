/** What the questions about calls share: which calls, under which names, and how the answers are read. */
import { parseUsd } from '@sightglass/contract/money';
import type { QueryParams } from '../explore/reader.ts';
import { FAILED, HAS_USAGE, MODEL } from '../explore/spanSql.ts';
import type { TimeRange } from '../explore/timeRange.ts';
import type { GroupNames } from './callGroup.ts';

/** Pairs of agent and model that are judged, the costliest first: more would not be read. */
export const GROUPS_MAX = 300;
/** The costliest calls whose traces come back: the rules choose a few of them. */
export const TRACES_MAX = 20;

export const COST = 'ifNull(cost_usd, toDecimal128(0, 12)) * weight';
export const PAID_FAILURE = `(${FAILED} AND cost_usd > 0)`;
export const NAMES = 'agent_id, provider, model, kind';
export const START_NS = 'toUnixTimestamp64Nano(start_time)';
/** Of the costliest calls; a trace comes as often as it has such calls. */
export const costliestTraces = (condition: string) =>
  `arrayMap(found -> found.2, groupArraySortedIf(${TRACES_MAX})((-toFloat64(ifNull(cost_usd, 0)), lower(hex(trace_id))), ${condition}))`;
/** Calls with usage and a model, the model's name under `model`. */
export const withModel = (source: string) => `(SELECT *, ${MODEL} AS model FROM ${source} WHERE ${HAS_USAGE} AND model != '')`;

export interface NameRow {
  agent_id: string;
  provider: string;
  model: string;
  kind: GroupNames['kind'];
}

export const rangeParams = ({ fromNs, toNs }: TimeRange): QueryParams => ({ from: fromNs, to: toNs });

export const namesOf = ({ agent_id, provider, model, kind }: NameRow): GroupNames => ({ agentId: agent_id, provider, model, kind });
export const distinct = (traceIds: readonly string[]): string[] => [...new Set(traceIds)];
/** A sum as the store writes it; what it cannot be is nothing. */
export const picoUsd = (text: string | undefined): bigint => parseUsd(text ?? '0') ?? 0n;
