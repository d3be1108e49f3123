import { z } from '@hono/zod-openapi';
import { AlertRuleChangesSchema, AlertRuleSchema, NewAlertRuleSchema, RULE_KINDS, RulePreviewSchema, SEVERITIES } from '../alertRule.ts';
import { ControlListQuerySchema, pageOf } from '../controlList.ts';
import { TimeSchema } from '../listQuery.ts';
import { body, defineRoute, json, pathParam, problem } from './defineRoute.ts';

const PATH = '/api/obs/alerts/rules';
const params = pathParam('id');
const notCompiled = problem('The SQL, a measure or a field of the rule does not fit: errors say where');
const taken = problem('A rule of the workspace has this name, or it has as many rules as it may');
const flag = z.enum(['true', 'false']).optional();

export const AlertRuleListQuerySchema = ControlListQuerySchema.extend({
  kind: z.enum(RULE_KINDS).optional(),
  severity: z.enum(SEVERITIES).optional(),
  enabled: flag,
  evaluation: z.enum(['ok', 'error']).optional(),
  channel_id: z.string().max(64).optional(),
  q: z.string().max(200).optional().openapi({ description: 'Part of the name, in any case' }),
});
export type AlertRuleListQuery = z.infer<typeof AlertRuleListQuerySchema>;

export const listAlertRules = defineRoute(['configuration.read'], {
  method: 'get',
  path: PATH,
  operationId: 'listAlertRules',
  summary: 'The rules of the workspace, newest first; those that Sightglass brings along last',
  tags: ['alerts'],
  request: { query: AlertRuleListQuerySchema },
  responses: { 200: json(pageOf(AlertRuleSchema), 'A page of rules') },
});

export const createAlertRule = defineRoute(['alerts.write'], {
  method: 'post',
  path: PATH,
  operationId: 'createAlertRule',
  summary: 'Create a rule; it is evaluated for the first time within a minute',
  tags: ['alerts'],
  request: { body: body(NewAlertRuleSchema) },
  responses: { 201: json(AlertRuleSchema, 'The rule'), 409: taken, 422: notCompiled },
});

export const AlertRulePreviewInputSchema = z.object({ rule: NewAlertRuleSchema, from: TimeSchema.default('now-7d'), to: TimeSchema.default('now') });

export const previewAlertRule = defineRoute(['configuration.read'], {
  method: 'post',
  path: `${PATH}/preview`,
  operationId: 'previewAlertRule',
  summary: 'What a rule would have seen and done over a range, without creating it',
  description: 'At most 400 moments are looked at, evenly apart; of a SQL rule only now, because its time bounds are its own.',
  tags: ['alerts'],
  request: { body: body(AlertRulePreviewInputSchema) },
  responses: { 200: json(RulePreviewSchema, 'The points, and how often it would have fired'), 422: notCompiled },
});

export const getAlertRule = defineRoute(['configuration.read'], {
  method: 'get',
  path: `${PATH}/{id}`,
  operationId: 'getAlertRule',
  summary: 'One rule',
  tags: ['alerts'],
  request: { params },
  responses: { 200: json(AlertRuleSchema, 'The rule') },
});

export const changeAlertRule = defineRoute(['alerts.write'], {
  method: 'patch',
  path: `${PATH}/{id}`,
  operationId: 'changeAlertRule',
  summary: 'Change a rule; a changed condition begins anew, and its open alerts are resolved',
  tags: ['alerts'],
  request: { params, body: body(AlertRuleChangesSchema) },
  responses: { 200: json(AlertRuleSchema, 'The changed rule'), 409: taken, 422: notCompiled },
});

export const deleteAlertRule = defineRoute(['alerts.write'], {
  method: 'delete',
  path: `${PATH}/{id}`,
  operationId: 'deleteAlertRule',
  summary: 'Delete a rule; its open alerts are resolved, and stay in the history',
  tags: ['alerts'],
  request: { params },
  responses: { 204: { description: 'It is gone' }, 409: problem('A rule that Sightglass brings along is disabled instead') },
});
