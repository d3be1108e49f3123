import { z } from '@hono/zod-openapi';
import { defineRoute, json } from '@sightglass/contract/routes/defineRoute';
import { expect, test } from 'vitest';
import { testWorkspace } from '../telemetry/testing/storedRows.ts';
import { checkRoutesAreDeclared } from './declaredRoutes.ts';
import { appOfCaller } from './testing/appOfCaller.ts';

const declared = defineRoute(['telemetry.read'], {
  method: 'get',
  path: '/api/obs/things/{id}',
  operationId: 'getThing',
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: json(z.object({}), 'A thing') },
});

test('a route of the contract is declared by being made', () => {
  const app = appOfCaller(testWorkspace('mine'));
  app.openapi(declared, (c) => c.json({}, 200));
  expect(() => checkRoutesAreDeclared(app)).not.toThrow();
});

test.each([
  ['get', '/api/obs/side-door'],
  ['post', '/api/obs/things/:id'],
  ['get', '/api/obs/things/:id/inside'],
] as const)('%s %s beside the contract stops the start', (method, path) => {
  const app = appOfCaller(testWorkspace('mine'));
  app.openapi(declared, (c) => c.json({}, 200));
  app[method](path, (c) => c.text('hello'));
  expect(() => checkRoutesAreDeclared(app)).toThrow(`${method.toUpperCase()} ${path}`);
});

test('a route that declares no access cannot be made', () => {
  const app = appOfCaller(testWorkspace('mine'));
  const { 'x-access': _access, ...bare } = declared;
  expect(() => app.openapi(bare as typeof declared, (c) => c.json({}, 200))).toThrow(/does not declare who may use it/);
});
