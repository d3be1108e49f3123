import type { Logger } from 'pino';

/** What is to be stopped, in the order in which it was started. */
export type Stops = { name: string; stop: () => Promise<void> }[];

/** In reverse. A part that does not stop cleanly keeps no other from stopping. */
export async function stopAll(stops: Stops, log: Logger): Promise<void> {
  for (const { name, stop } of stops.reverse()) {
    await stop().catch((error: unknown) => log.error({ err: error }, `${name} did not stop cleanly`));
  }
}

/** Resolves with the work, or after the time without it. */
export async function withinMs(timeMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    work,
    new Promise<void>((resolve) => {
      timer = setTimeout(resolve, timeMs);
    }),
  ]);
  clearTimeout(timer);
}
