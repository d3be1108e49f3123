/**
 * One connection of the embedded engine, on which statements run one after the other. When one fails, what it had answered until then
 * stays in the connection and stands before the next answer (seen with chDB 26.7: the rows of a question that ran into its limit of
 * time came with the answer to another one, of any workspace). So a connection is not used again after an error.
 */
interface Connection {
  close(): Promise<void>;
}

export interface EngineLane<C extends Connection> {
  /** Statements that wait or run. */
  waiting(): number;
  /** When those before it are done. Do not call it inside the work. */
  run<T>(work: (connection: C) => Promise<T>): Promise<T>;
  /** When all are done. */
  close(): Promise<void>;
}

export function createEngineLane<C extends Connection>(open: () => C): EngineLane<C> {
  let connection = open();
  let isSpoilt = false;
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  /** The new one first: the engine ends with its last connection. */
  async function replace(): Promise<void> {
    const spoilt = connection;
    connection = open();
    isSpoilt = false;
    await spoilt.close();
  }

  async function runNow<T>(work: (connection: C) => Promise<T>): Promise<T> {
    try {
      if (isSpoilt) await replace();
      return await work(connection);
    } catch (error) {
      isSpoilt = true;
      throw error;
    } finally {
      waiting -= 1;
    }
  }

  return {
    waiting: () => waiting,
    run: (work) => {
      waiting += 1;
      const done = last.then(() => runNow(work));
      last = done.catch(() => undefined);
      return done;
    },
    close: async () => {
      await last;
      await connection.close();
    },
  };
}
