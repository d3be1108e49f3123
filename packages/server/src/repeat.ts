/** Runs `work` again and again, `pauseMs` after it ended; `ran` is told of every run that did not fail. Answers how to stop, which waits for a run in progress. */
export function repeat(pauseMs: number, work: () => Promise<void>, failed: (error: unknown) => void, ran?: () => void): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout;
  let stopped = false;
  const schedule = () => {
    if (stopped) return;
    timer = setTimeout(() => {
      running = work().then(ran, failed).finally(schedule);
    }, pauseMs).unref();
  };
  schedule();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
}
