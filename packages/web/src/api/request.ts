import { ApiProblem, readProblem } from './problem.ts';

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Query parameters; undefined ones are left out. */
  query?: Readonly<Record<string, string | number | undefined>>;
  /** Sent as JSON. */
  body?: unknown;
  signal?: AbortSignal | undefined;
  /** The form of the answer; JSON when absent. */
  accept?: string;
}

/**
 * Asks the server and answers the parsed body, whose shape the contract promises. Fails with `ApiProblem`;
 * an aborted request fails with the browser's own AbortError.
 */
export async function requestJson<T>(path: string, options: Omit<RequestOptions, 'accept'> = {}): Promise<T> {
  const { status, body } = await receive(path, options);
  if (body === '') return undefined as T;
  try {
    return JSON.parse(body) as T;
  } catch {
    throw new ApiProblem({
      code: 'unreadable',
      status,
      title: 'The answer is not JSON',
      detail: `Something between the browser and Sightglass answered ${path}.`,
    });
  }
}

/** As `requestJson`, for what is no JSON: the body as it came. */
export async function requestText(path: string, options: RequestOptions & { accept: string }): Promise<string> {
  return (await receive(path, options)).body;
}

async function receive(path: string, options: RequestOptions): Promise<{ status: number; body: string }> {
  const response = await send(path, options);
  const body = await response.text();
  if (response.ok) return { status: response.status, body };
  throw readProblem(response.status, body, { traceId: response.headers.get('x-trace-id'), retryAfter: response.headers.get('retry-after') });
}

async function send(path: string, { method = 'GET', query = {}, body, signal, accept = 'application/json' }: RequestOptions): Promise<Response> {
  const init: RequestInit = { method, credentials: 'same-origin', headers: { accept } };
  if (body !== undefined) {
    init.headers = { accept, 'content-type': 'application/json' };
    init.body = JSON.stringify(body);
  }
  if (signal !== undefined) init.signal = signal;
  try {
    return await fetch(path + queryText(query), init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new ApiProblem({
      code: 'unreachable',
      status: 0,
      title: 'Sightglass does not answer',
      detail: 'The server is not running, or the network is down.',
    });
  }
}

function queryText(query: Readonly<Record<string, string | number | undefined>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) parameters.set(name, String(value));
  const text = parameters.toString();
  return text === '' ? '' : `?${text}`;
}
