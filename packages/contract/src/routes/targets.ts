import { z } from '@hono/zod-openapi';
import { TargetsChangeSchema, TargetsSchema } from '../availabilityTargets.ts';
import { TimestampSchema } from '../trace.ts';
import { body, defineRoute, json, problem } from './defineRoute.ts';

export const TargetsSettingSchema = TargetsSchema.extend({
  updated_at: TimestampSchema.nullable(),
  updated_by: z.string().nullable().openapi({ description: 'Id of a user or key' }),
}).openapi('TargetsSetting');
export type TargetsSetting = z.infer<typeof TargetsSettingSchema>;

const PATH = '/api/obs/settings/targets';

export const getTargets = defineRoute(['configuration.read'], {
  method: 'get',
  path: PATH,
  operationId: 'getTargets',
  summary: 'The availability that tools, services and providers are held to',
  tags: ['settings'],
  responses: { 200: json(TargetsSettingSchema, 'The targets') },
});

export const putTargets = defineRoute(['settings.write'], {
  method: 'put',
  path: PATH,
  operationId: 'putTargets',
  summary: 'Replace all targets',
  tags: ['settings'],
  request: { body: body(TargetsSchema) },
  responses: { 200: json(TargetsSettingSchema, 'The targets as they are now') },
});

export const patchTargets = defineRoute(['settings.write'], {
  method: 'patch',
  path: PATH,
  operationId: 'patchTargets',
  summary: 'Set some targets; null takes one back',
  tags: ['settings'],
  request: { body: body(TargetsChangeSchema) },
  responses: { 200: json(TargetsSettingSchema, 'The targets as they are now'), 409: problem('There would be more than 500') },
});
