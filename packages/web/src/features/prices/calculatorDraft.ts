import type { FieldError } from '@sightglass/contract/errors';
import { readTypedTime } from '../../time/timeRange.ts';
import type { TimeZone } from '../../ui/formatTime.ts';
import { readWholeNumber } from '../settings/fieldErrors.ts';

/** The counts of a call that a cost is made of. The parts are contained in input and output. */
export const COUNT_LABELS = {
  input_tokens: 'Input tokens',
  output_tokens: 'Output tokens',
  cache_read_tokens: 'of the input, read from cache',
  cache_write_tokens: 'of the input, written to cache',
  cache_write_1h_tokens: 'of these, kept for 1 h',
  reasoning_tokens: 'of the output, reasoning',
  audio_input_tokens: 'of the input, audio',
  image_input_tokens: 'of the input, images',
  audio_output_tokens: 'of the output, audio',
} as const;
export type CountName = keyof typeof COUNT_LABELS;
export const COUNT_NAMES = Object.keys(COUNT_LABELS) as readonly CountName[];

export interface CalculatorDraft {
  provider: string;
  model: string;
  service_tier: string;
  embedding: boolean;
  at: string;
  counts: Readonly<Record<CountName, string>>;
}

export function emptyCalculatorDraft({ provider = '', model = '' }: { provider?: string | undefined; model?: string | undefined }): CalculatorDraft {
  const counts = Object.fromEntries(COUNT_NAMES.map((name) => [name, ''])) as Record<CountName, string>;
  return { provider, model, service_tier: '', embedding: false, at: '', counts: { ...counts, input_tokens: '1000', output_tokens: '500' } };
}

/** What to ask for; null while no model is named. A relative time stays one: the server takes it. */
export function estimateBody(draft: CalculatorDraft, zone: TimeZone): { body: Record<string, unknown> } | { errors: FieldError[] } | null {
  const errors: FieldError[] = [];
  const model = draft.model.trim();
  if (model === '') return null;
  const counts = Object.fromEntries(
    COUNT_NAMES.flatMap((name) => {
      const text = draft.counts[name].trim();
      if (text === '' || (draft.embedding && !EMBEDDING_COUNTS.has(name))) return [];
      const count = readWholeNumber(text, 0, Number.MAX_SAFE_INTEGER);
      if (count === null) errors.push({ pointer: `/${name}`, message: 'must be a whole number' });
      return [[name, count ?? 0]];
    }),
  );
  const at = draft.at.trim() === '' ? undefined : readTypedTime(draft.at, zone);
  if (draft.at.trim() !== '' && at === undefined) errors.push({ pointer: '/at', message: 'is not a time: write 2026-11-20 or now-7d' });
  if (errors.length > 0) return { errors };
  return {
    body: {
      model,
      ...filled('provider', draft.provider),
      ...filled('service_tier', draft.service_tier),
      ...(draft.embedding ? { kind: 'embedding' } : {}),
      ...(at === undefined ? {} : { at }),
      ...counts,
    },
  };
}

/** An embedding has no output, and only its input is charged. */
const EMBEDDING_COUNTS: ReadonlySet<CountName> = new Set(['input_tokens', 'audio_input_tokens', 'image_input_tokens']);

export function isAsked(name: CountName, embedding: boolean): boolean {
  return !embedding || EMBEDDING_COUNTS.has(name);
}

function filled(name: string, text: string): Record<string, string> {
  const value = text.trim();
  return value === '' ? {} : { [name]: value };
}
