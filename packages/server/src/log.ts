import { type Logger, pino } from 'pino';

/**
 * The program's own log: one JSON line an entry on stderr, so that stdout stays for people. Keys, passwords
 * and what agents said never go in; the paths below are the safety net. `warnings` is given every warning and what is worse, too.
 */
export function createLog(level: string, warnings?: { write(line: string): void }): Logger {
  const written = pino.destination({ dest: 2, sync: true });
  return pino(
    {
      level,
      base: null,
      redact: {
        paths: ['*.authorization', '*.cookie', '*.password', '*.key', '*.token', '*.secret', 'err.params', 'err.parameters', 'err.query'],
        censor: '[redacted]',
      },
    },
    warnings === undefined
      ? written
      : pino.multistream([
          { level: 'trace', stream: written },
          { level: 'warn', stream: warnings },
        ]),
  );
}
