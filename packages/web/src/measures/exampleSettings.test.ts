import { expect, it } from 'vitest';
import { curlEvent, otelSettings } from './exampleSettings.ts';

it('settings name the address, and the key only where one is needed', () => {
  expect(otelSettings({ url: 'http://host:4318', key: null }, 'shop')).toBe(
    'OTEL_EXPORTER_OTLP_ENDPOINT=http://host:4318 \\\nOTEL_SERVICE_NAME=shop \\',
  );
  expect(otelSettings({ url: 'http://host:4318', key: 'sg_1' }, 'shop')).toContain('OTEL_EXPORTER_OTLP_HEADERS="Authorization=Bearer sg_1" \\\n');
});

it('an event is sent by one command', () => {
  expect(curlEvent({ url: 'http://host:4318', key: 'sg_1' }, '{}')).toBe(
    "curl -X POST http://host:4318/api/obs/ingest/events \\\n  -H 'content-type: application/json' \\\n  -H 'authorization: Bearer sg_1' \\\n  -d '{}'",
  );
});
