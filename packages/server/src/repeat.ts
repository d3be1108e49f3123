/** Runs `work` again and again, `pauseMs` after it ended. Answers how to stop, which waits for a run in progress. */
export function repeat(pauseMs: number, work: () => Promise<void>, failed: (error: unknown) => void): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout;
  let stopped = false;
  const schedule = () => {
    if (stopped) return;
    timer = setTimeout(() => {
      running = work().catch(failed).finally(schedule);
    }, pauseMs).unref();
  };
  schedule();
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await running;
  };
}
