import { changeAlertRule, createAlertRule, deleteAlertRule, getAlertRule, listAlertRules } from '@sightglass/contract/routes/alertRules';
import { changeRule, createRule, deleteRule, type RuleChangeDeps } from '../../alerts/rules/changeRules.ts';
import { getRule, listRules } from '../../alerts/rules/listRules.ts';
import type { App } from '../appTypes.ts';
import { problem } from '../problem.ts';

/** The rules of alerts as people keep them. */
export function alertRuleRoutes(app: App, deps: RuleChangeDeps): void {
  app.openapi(listAlertRules, async (c) => {
    const page = await listRules(deps.control, c.var.caller, c.req.valid('query'));
    return page.ok ? c.json(page.value, 200) : problem(c, page.error);
  });
  app.openapi(createAlertRule, async (c) => {
    const created = await createRule(deps, c.var.caller, c.req.valid('json'));
    return created.ok ? c.json(created.value, 201) : problem(c, created.error);
  });
  app.openapi(getAlertRule, async (c) => {
    const found = await getRule(deps.control, c.var.caller, c.req.valid('param').id);
    return found.ok ? c.json(found.value, 200) : problem(c, found.error);
  });
  app.openapi(changeAlertRule, async (c) => {
    const changed = await changeRule(deps, c.var.caller, c.req.valid('param').id, c.req.valid('json'));
    return changed.ok ? c.json(changed.value, 200) : problem(c, changed.error);
  });
  app.openapi(deleteAlertRule, async (c) => {
    const deleted = await deleteRule(deps, c.var.caller, c.req.valid('param').id);
    return deleted.ok ? c.body(null, 204) : problem(c, deleted.error);
  });
}
