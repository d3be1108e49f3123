/**
 * The API key of a request, in every form that clients send it (semconv.md, section 1). Pure: headers and
 * path in, text out; whether it is a key that anyone has is not decided here.
 */

/** Reads one header, by its lower-case name. */
export type HeaderOf = (name: string) => string | undefined;

/** Where SDKs of several makers send telemetry: here a key may come in their ways, too. */
const TELEMETRY_PATH = /^\/(?:v1\/(?:traces|logs|metrics)|api\/public\/.*|otel\/.*)$/;
const OFREP_PATH = /^\/ofrep\//;

export const isTelemetryPath = (path: string): boolean => TELEMETRY_PATH.test(path);

/** What was presented as a key; undefined when nothing was. An empty credential (`Bearer `) counts as nothing. */
export function extractKey(header: HeaderOf, path: string): string | undefined {
  const authorization = header('authorization')?.trim();
  if (isTelemetryPath(path)) return firstKey([telemetryAuthorization(authorization), header('x-api-key')?.trim()]);
  if (OFREP_PATH.test(path)) return firstKey([bearer(authorization), header('x-api-key')?.trim()]);
  return present(bearer(authorization));
}

/** `Bearer` in any case, as HTTP has it. Answers the rest of the line, which may be empty. */
function bearer(authorization: string | undefined): string | undefined {
  return /^bearer(?:\s+(.*))?$/i
    .exec(authorization ?? '')
    ?.slice(1)[0]
    ?.trim();
}

/** Bearer, the password of Basic, or the bare key with no scheme word. */
function telemetryAuthorization(authorization: string | undefined): string | undefined {
  if (authorization === undefined || /^(?:bearer|basic)$/i.test(authorization)) return undefined;
  const basic = /^basic\s+(.*)$/i.exec(authorization)?.[1];
  if (basic !== undefined) return basicPassword(basic);
  return bearer(authorization) ?? authorization;
}

function basicPassword(encoded: string): string {
  const decoded = Buffer.from(encoded, 'base64').toString('utf8');
  return decoded.slice(decoded.indexOf(':') + 1);
}

const present = (value: string | undefined): string | undefined => (value === undefined || value === '' ? undefined : value);

/** A gateway in front may put its own credentials into one header while the key stands in the other. */
function firstKey(candidates: (string | undefined)[]): string | undefined {
  const given = candidates.map(present).filter((candidate) => candidate !== undefined);
  return given.find((candidate) => candidate.startsWith('sg_')) ?? given[0];
}
