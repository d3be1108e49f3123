/** How many log records a stored one stands for; 0 when it is left out. Pure. */
import { LOG_LEVELS, type LogLevel } from '@sightglass/contract/log';
import type { Sampling } from '@sightglass/contract/sampling';
import { matches, weightOf } from './keptOneIn.ts';

export interface SampledLog {
  level: LogLevel;
  logger: string | null;
  endpoint: string | null;
}

/** ERROR and above are always kept. */
const ALWAYS_FROM = LOG_LEVELS.indexOf('ERROR');

/** `key` is the trace of the record, so that the logs of a trace are kept or left out together; else it is its own. */
export function logWeight({ logs }: Pick<Sampling, 'logs'>, key: string, log: SampledLog): number {
  const level = LOG_LEVELS.indexOf(log.level);
  if (level >= ALWAYS_FROM) return 1;
  const rule = logs.rules.find(
    ({ max_level, logger, endpoint }) =>
      (max_level === undefined || level <= LOG_LEVELS.indexOf(max_level)) &&
      (logger === undefined || (log.logger !== null && matches(logger, log.logger))) &&
      (endpoint === undefined || (log.endpoint !== null && matches(endpoint, log.endpoint))),
  );
  return weightOf(key, rule?.keep_one_in ?? logs.keep_one_in);
}
