import type { Config } from './config.ts';

/** What a person sees at start: where it is, how to get in, how to send the first trace. */
export function greeting(config: Config, address: string, signInPath: string | undefined): string {
  const lines = ['', `  Sightglass is ready at ${address}`, ''];
  if (signInPath !== undefined) lines.push('  Sign in (works once, for 15 minutes):', `    ${address}${signInPath}`, '');
  else if (config.auth === 'required') lines.push('  Sign in with the e-mail and password of the first start.', '');
  lines.push('  Send traces from any OpenTelemetry SDK:', `    export OTEL_EXPORTER_OTLP_ENDPOINT=${address}`);
  if (config.auth === 'required') lines.push('    export OTEL_EXPORTER_OTLP_HEADERS="authorization=Bearer <your API key>"');
  lines.push('    export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf');
  if (config.grpcPort !== 0) lines.push(`  or over gRPC: ${printedAddress(config.host, config.grpcPort)}, with OTEL_EXPORTER_OTLP_PROTOCOL=grpc`);
  lines.push('', `  Data: ${config.dataDir}    Stop: Ctrl+C`, '');
  return lines.join('\n');
}

/** The address to print: a browser cannot open 0.0.0.0. */
export function printedAddress(host: string, port: number): string {
  const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${shown}:${port}`;
}
