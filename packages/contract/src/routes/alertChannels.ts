import { AlertChannelChangesSchema, AlertChannelSchema, ChannelTestSchema, NewAlertChannelSchema } from '../alertChannel.ts';
import { ControlListQuerySchema, pageOf } from '../controlList.ts';
import { body, defineRoute, json, pathParam, problem } from './defineRoute.ts';

const PATH = '/api/obs/alerts/channels';
const params = pathParam('id');
const taken = problem('A channel of the workspace has this name, or it has as many as it may');

export const listAlertChannels = defineRoute(['configuration.read'], {
  method: 'get',
  path: PATH,
  operationId: 'listAlertChannels',
  summary: 'Where alerts are sent, newest first; secrets are masked',
  tags: ['alerts'],
  request: { query: ControlListQuerySchema },
  responses: { 200: json(pageOf(AlertChannelSchema), 'A page of channels') },
});

export const createAlertChannel = defineRoute(['alerts.write'], {
  method: 'post',
  path: PATH,
  operationId: 'createAlertChannel',
  summary: 'Create a channel',
  description: 'Private and loopback addresses are refused unless the operator lists them in SIGHTGLASS_OUTBOUND_ALLOW.',
  tags: ['alerts'],
  request: { body: body(NewAlertChannelSchema) },
  responses: { 201: json(AlertChannelSchema, 'The channel'), 409: taken },
});

export const getAlertChannel = defineRoute(['configuration.read'], {
  method: 'get',
  path: `${PATH}/{id}`,
  operationId: 'getAlertChannel',
  summary: 'One channel; secrets are masked',
  tags: ['alerts'],
  request: { params },
  responses: { 200: json(AlertChannelSchema, 'The channel') },
});

export const changeAlertChannel = defineRoute(['alerts.write'], {
  method: 'patch',
  path: `${PATH}/{id}`,
  operationId: 'changeAlertChannel',
  summary: 'Change a channel; secrets that are not sent, or sent masked, stay',
  tags: ['alerts'],
  request: { params, body: body(AlertChannelChangesSchema) },
  responses: { 200: json(AlertChannelSchema, 'The changed channel'), 409: taken },
});

export const deleteAlertChannel = defineRoute(['alerts.write'], {
  method: 'delete',
  path: `${PATH}/{id}`,
  operationId: 'deleteAlertChannel',
  summary: 'Delete a channel; what still waits for it is dropped, rules forget it',
  tags: ['alerts'],
  request: { params },
  responses: { 204: { description: 'It is gone' } },
});

export const testAlertChannel = defineRoute(['alerts.write'], {
  method: 'post',
  path: `${PATH}/{id}/test`,
  operationId: 'testAlertChannel',
  summary: 'Send a test message now, once',
  tags: ['alerts'],
  request: { params },
  responses: { 200: json(ChannelTestSchema, 'What came of it') },
});
