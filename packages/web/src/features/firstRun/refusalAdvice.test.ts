import { expect, it } from 'vitest';
import { refusalAdvice } from './refusalAdvice.ts';

it.each([
  ['wrong-credentials', 401, /key is not one of this workspace/],
  ['not-signed-in', 401, /carried no key/],
  ['unsupported-media-type', 415, /OTEL_EXPORTER_OTLP_PROTOCOL=http\/protobuf/],
  ['body-too-large', 413, /BATCH_SIZE/],
  ['partial-success', 200, /rest of the request was taken/],
  ['method-not-allowed', 404, /\/v1\/traces/],
])('says what to do about %s (%s)', (code, status, advice) => {
  expect(refusalAdvice({ code, status, path: '/traces' })).toMatch(advice);
});
