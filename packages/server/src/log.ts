import { type Logger, pino } from 'pino';

/**
 * The program's own log: one JSON line an entry on stderr, so that stdout stays for people. Keys, passwords
 * and what agents said never go in; the paths below are the safety net.
 */
export function createLog(level: string): Logger {
  return pino(
    {
      level,
      base: null,
      redact: {
        paths: ['*.authorization', '*.cookie', '*.password', '*.key', '*.token', '*.secret', 'err.params', 'err.parameters', 'err.query'],
        censor: '[redacted]',
      },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
