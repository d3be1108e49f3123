import { createSilence, deleteSilence, listSilences } from '@sightglass/contract/routes/alertSilences';
import * as silences from '../../alerts/silences/silences.ts';
import type { ControlConnection } from '../../control/connect.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

export interface AlertSilenceRouteDeps {
  control: Pick<ControlConnection, 'ofWorkspace'>;
  /** Unix milliseconds. */
  nowMs(): number;
}

/** Silences and maintenance windows. */
export function alertSilenceRoutes(app: App, { control, nowMs }: AlertSilenceRouteDeps): void {
  app.openapi(listSilences, async (c) => {
    const page = await silences.listSilences(control, c.var.caller, c.req.valid('query'), nowMs());
    return page.ok ? c.json(page.value, 200) : problem(c, page.error);
  });
  app.openapi(createSilence, async (c) => {
    const created = await silences.createSilence(control, c.var.caller, c.req.valid('json'), nowMs());
    return created.ok ? c.json(created.value, 201) : problem(c, created.error);
  });
  app.openapi(deleteSilence, async (c) => {
    const deleted = await silences.deleteSilence(control, c.var.caller, c.req.valid('param').id);
    return deleted.ok ? c.body(null, 204) : problem(c, deleted.error);
  });
}
