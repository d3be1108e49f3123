/** Lines of the program's log that wait to be sent: warnings and what is worse. The log writes here from the first moment on. */

/** A program in trouble says the same over and over: a second of that tells as much as all of it. */
const LINES_MAX = 500;

export interface OwnLogLines {
  /** A destination of pino. */
  write(line: string): void;
  /** What has waited, and how many lines were left out since the last call. */
  take(): { lines: string[]; dropped: number };
}

export function createOwnLogLines(): OwnLogLines {
  let lines: string[] = [];
  let dropped = 0;
  return {
    write: (line) => {
      if (lines.length < LINES_MAX) lines.push(line);
      else dropped += 1;
    },
    take: () => {
      const taken = { lines, dropped };
      lines = [];
      dropped = 0;
      return taken;
    },
  };
}
