import { LOG_LEVELS, type LogLevel, levelNamed } from '@sightglass/contract/log';
import { firstString } from './attributes.ts';
import type { DecodedLog } from './decodedLog.ts';

/** Where bridges put the level that they did not write into the record. */
const LEVEL_KEYS = ['log.level', 'level', 'severity'] as const;
const NUMBERS_A_LEVEL = 4;

/**
 * The level of a record: by its severity number, four to a level (1–4 trace … 21–24 fatal, OpenTelemetry logs
 * data model), else by its severity text, else by an attribute. One that says nothing is informational.
 */
export function levelOf({ severityNumber, severityText, attributes }: Pick<DecodedLog, 'severityNumber' | 'severityText' | 'attributes'>): LogLevel {
  if (severityNumber > 0) return LOG_LEVELS[Math.floor((severityNumber - 1) / NUMBERS_A_LEVEL)] ?? 'CRITICAL';
  return levelNamed(severityText) ?? levelNamed(firstString(attributes, LEVEL_KEYS) ?? '') ?? 'INFO';
}
