type Target = { url: string; key: string | null };

/** What OpenTelemetry's SDKs read from the environment, to stand before a command. */
export const otelSettings = ({ url, key }: Target, service: string): string =>
  [
    `OTEL_EXPORTER_OTLP_ENDPOINT=${url} \\`,
    ...(key === null ? [] : [`OTEL_EXPORTER_OTLP_HEADERS="Authorization=Bearer ${key}" \\`]),
    `OTEL_SERVICE_NAME=${service} \\`,
  ].join('\n');

/** A command that sends one event. */
export const curlEvent = ({ url, key }: Target, event: string): string =>
  [
    `curl -X POST ${url}/api/obs/ingest/events \\`,
    "  -H 'content-type: application/json' \\",
    ...(key === null ? [] : [`  -H 'authorization: Bearer ${key}' \\`]),
    `  -d '${event}'`,
  ].join('\n');
