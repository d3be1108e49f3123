import type { RunningProgram } from './program.ts';

/** Asks the API; a body makes it a POST. Throws on anything but success. */
export async function get<T>(program: RunningProgram, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(program.address + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${program.key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
