import { execFileSync } from 'node:child_process';
import { EventBatchSchema } from '@sightglass/contract/event';
import { expect, it } from 'vitest';
import { eventSnippet } from './eventSnippet.ts';

/** What a shell would call curl with. */
const argumentsOf = (snippet: string) =>
  execFileSync('sh', ['-c', `curl() { for each in "$@"; do printf '%s\\0' "$each"; done; }; ${snippet}`], { encoding: 'utf8' }).split('\0');

it('is what the API takes', () => {
  const words = argumentsOf(eventSnippet('http://127.0.0.1:4318/', null));
  expect(words[0]).toBe('http://127.0.0.1:4318/api/obs/ingest/events');
  expect(EventBatchSchema.parse(JSON.parse(words[words.indexOf('-d') + 1] ?? ''))).toMatchObject({ events: [{}, { model: 'gpt-4o' }, {}] });
  expect(words.join(' ')).not.toContain('Authorization');
});

it('carries a key where one is needed', () => {
  expect(argumentsOf(eventSnippet('https://example.com', 'sg_x'))).toContain('Authorization: Bearer sg_x');
});
