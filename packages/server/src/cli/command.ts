/** What `sightglass <words>` does beside starting the program. A command is an adapter: it reads flags, calls an operation, and prints. */
import { auditVerify } from './auditVerify.ts';

export interface Terminal {
  environment: NodeJS.ProcessEnv;
  out(text: string): void;
  err(text: string): void;
}

export interface Command {
  /** By which it is called: `audit verify`. */
  words: readonly string[];
  usage: string;
  /** Answers the exit code: 0 it is well, 1 it found what it looks for, 2 it could not be done. */
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

const COMMANDS: readonly Command[] = [auditVerify];

/** The command that `args` begin with, and what is left for it; undefined: they start the program. */
export function findCommand(args: readonly string[], commands = COMMANDS): { run(terminal: Terminal): Promise<number> } | undefined {
  const command = commands.find(({ words }) => words.every((word, i) => args[i] === word));
  if (command !== undefined) return { run: (terminal) => command.run(args.slice(command.words.length), terminal) };
  const related = commands.filter(({ words }) => words[0] === args[0]);
  if (related.length === 0) return undefined;
  return {
    run: async ({ err }) => {
      err(related.map(({ usage }) => usage).join('\n\n'));
      return 2;
    },
  };
}
