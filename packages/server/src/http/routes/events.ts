import { listEvents as listEventsRoute } from '@sightglass/contract/routes/events';
import { listEvents } from '../../events/listEvents.ts';
import type { Caller } from '../../access/caller.ts';
import type { TelemetryReader } from '../../explore/reader.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export interface EventRouteDeps {
  readerOf(caller: Caller): TelemetryReader;
  /** Unix nanoseconds. */
  now(): bigint;
}

/** The event log. */
export function eventRoutes(app: App, { readerOf, now }: EventRouteDeps): void {
  app.openapi(listEventsRoute, async (c) => {
    const page = await listEvents(readerOf(c.var.caller), c.req.valid('query'), now());
    return page.ok ? c.json(page.value, 200) : problem(c, page.error);
  });
}
