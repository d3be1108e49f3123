import { countOf, type MeasureDefinition } from './measure.ts';

export const LOG_MEASURES: readonly MeasureDefinition[] = [
  countOf({ name: 'logs', title: 'Logs', description: 'Log records of every level', better: 'neither' }, '1', 'logs'),
  countOf(
    { name: 'log_errors', title: 'Error logs', description: 'Log records of level ERROR and CRITICAL', better: 'lower' },
    `level IN ('ERROR', 'CRITICAL')`,
    'logs',
  ),
  countOf({ name: 'log_warnings', title: 'Warning logs', description: 'Log records of level WARNING', better: 'lower' }, `level = 'WARNING'`, 'logs'),
];
