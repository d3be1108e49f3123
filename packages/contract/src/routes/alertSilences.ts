import { z } from '@hono/zod-openapi';
import { NewSilenceSchema, SilenceSchema } from '../alertSilence.ts';
import { ControlListQuerySchema, pageOf } from '../controlList.ts';
import { body, defineRoute, json, pathParam, problem } from './defineRoute.ts';

const PATH = '/api/obs/alerts/silences';
const params = pathParam('id');

export const SilenceListQuerySchema = ControlListQuerySchema.extend({ state: z.enum(['pending', 'active', 'expired']).optional() });
export type SilenceListQuery = z.infer<typeof SilenceListQuerySchema>;

export const listSilences = defineRoute(['configuration.read'], {
  method: 'get',
  path: PATH,
  operationId: 'listSilences',
  summary: 'The silences and maintenance windows of the workspace, newest first',
  tags: ['alerts'],
  request: { query: SilenceListQuerySchema },
  responses: { 200: json(pageOf(SilenceSchema), 'A page of silences') },
});

export const createSilence = defineRoute(['alerts.write'], {
  method: 'post',
  path: PATH,
  operationId: 'createSilence',
  summary: 'Tell nobody of some alerts for a while; with `repeat` at the same hours again',
  tags: ['alerts'],
  request: { body: body(NewSilenceSchema) },
  responses: { 201: json(SilenceSchema, 'The silence'), 409: problem('There are as many silences as there may be') },
});

export const deleteSilence = defineRoute(['alerts.write'], {
  method: 'delete',
  path: `${PATH}/{id}`,
  operationId: 'deleteSilence',
  summary: 'End a silence; alerts that are still open and were never told are told then',
  tags: ['alerts'],
  request: { params },
  responses: { 204: { description: 'It is gone' } },
});
