/** Runs one piece of work at a time, in the order in which they come. */
export type Exclusively = <T>(work: () => Promise<T>) => Promise<T>;

export function createTurns(): Exclusively {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
}
