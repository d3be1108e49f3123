import type { FieldError } from '@sightglass/contract/errors';
import type { LogLevel } from '@sightglass/contract/log';
import type { Sampling } from '@sightglass/contract/sampling';
import { formatCount } from '../../../ui/formatCount.ts';
import { readWholeNumber } from '../fieldErrors.ts';
import { newRowId, type Row } from '../rows.ts';
import type { DraftBody } from '../useSettingForm.ts';

/** Of the contract, which is too large for a page to load: its schemas come with it. */
export const KEEP_ONE_IN_MAX = 10_000;
const SLOW_MS_MAX = 86_400_000;

/** Texts as they are typed: an empty one matches everything. */
export interface TraceRuleRow extends Row {
  endpoint: string;
  agent_id: string;
  without_calls: boolean;
  keep_one_in: string;
}

export interface LogRuleRow extends Row {
  max_level: LogLevel | '';
  logger: string;
  endpoint: string;
  keep_one_in: string;
}

/** The sampling rules as they stand in the form. */
export interface SamplingDraft {
  enabled: boolean;
  traces: { keep_one_in: string; slow_ms: string; rules: readonly TraceRuleRow[] };
  logs: { keep_one_in: string; rules: readonly LogRuleRow[] };
}

export const newTraceRule = (): TraceRuleRow => ({ rowId: newRowId(), endpoint: '', agent_id: '', without_calls: false, keep_one_in: '10' });
export const newLogRule = (): LogRuleRow => ({ rowId: newRowId(), max_level: '', logger: '', endpoint: '', keep_one_in: '10' });

export function samplingDraft({ enabled, traces, logs }: Sampling): SamplingDraft {
  return {
    enabled,
    traces: {
      keep_one_in: String(traces.keep_one_in),
      slow_ms: String(traces.slow_ms),
      rules: traces.rules.map(({ endpoint = '', agent_id = '', without_calls = false, keep_one_in }) => ({
        rowId: newRowId(),
        endpoint,
        agent_id,
        without_calls,
        keep_one_in: String(keep_one_in),
      })),
    },
    logs: {
      keep_one_in: String(logs.keep_one_in),
      rules: logs.rules.map(({ max_level, logger = '', endpoint = '', keep_one_in }) => ({
        rowId: newRowId(),
        max_level: max_level ?? '',
        logger,
        endpoint,
        keep_one_in: String(keep_one_in),
      })),
    },
  };
}

/** What to send, or which numbers are none: text where a number belongs would reach the server as no value at all. */
export function samplingBody({ enabled, traces, logs }: SamplingDraft): DraftBody {
  const errors: FieldError[] = [];
  const number = (text: string, pointer: string, max: number): number => {
    const value = readWholeNumber(text, 1, max);
    if (value === null) errors.push({ pointer, message: `must be a whole number from 1 to ${formatCount(max)}` });
    return value ?? 1;
  };
  const keep = (text: string, pointer: string) => number(text, `${pointer}/keep_one_in`, KEEP_ONE_IN_MAX);
  const body: Sampling = {
    enabled,
    traces: {
      keep_one_in: keep(traces.keep_one_in, '/traces'),
      slow_ms: number(traces.slow_ms, '/traces/slow_ms', SLOW_MS_MAX),
      rules: traces.rules.map((rule, index) => ({
        ...filled('endpoint', rule.endpoint),
        ...filled('agent_id', rule.agent_id),
        ...(rule.without_calls ? { without_calls: true as const } : {}),
        keep_one_in: keep(rule.keep_one_in, `/traces/rules/${index}`),
      })),
    },
    logs: {
      keep_one_in: keep(logs.keep_one_in, '/logs'),
      rules: logs.rules.map((rule, index) => ({
        ...(rule.max_level === '' ? {} : { max_level: rule.max_level }),
        ...filled('logger', rule.logger),
        ...filled('endpoint', rule.endpoint),
        keep_one_in: keep(rule.keep_one_in, `/logs/rules/${index}`),
      })),
    },
  };
  return errors.length > 0 ? { errors } : { body };
}

function filled<Name extends string>(name: Name, text: string): Partial<Record<Name, string>> {
  const value = text.trim();
  return value === '' ? {} : ({ [name]: value } as Record<Name, string>);
}

/** The place of the first rule that matches everything: those after it are never asked. Null when there is none, or nothing after it. */
export function lastAskedRule(matchesAll: readonly boolean[]): number | null {
  const index = matchesAll.indexOf(true);
  return index < 0 || index === matchesAll.length - 1 ? null : index;
}

export const matchesEveryTrace = ({ endpoint, agent_id, without_calls }: TraceRuleRow) =>
  endpoint.trim() === '' && agent_id.trim() === '' && !without_calls;

export const matchesEveryLog = ({ max_level, logger, endpoint }: LogRuleRow) => max_level === '' && logger.trim() === '' && endpoint.trim() === '';
