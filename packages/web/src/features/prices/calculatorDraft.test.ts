import { expect, it } from 'vitest';
import { type CalculatorDraft, emptyCalculatorDraft, estimateBody } from './calculatorDraft.ts';

const DRAFT = emptyCalculatorDraft({ provider: 'openai', model: 'gpt-4o' });
const ask = (draft: CalculatorDraft) => estimateBody(draft, 'UTC');

it('asks for what is filled in', () => {
  const counts = { ...DRAFT.counts, input_tokens: '12,000', cache_read_tokens: '0' };
  expect(ask({ ...DRAFT, service_tier: 'batch', at: '2026-08-01', counts })).toEqual({
    body: {
      provider: 'openai',
      model: 'gpt-4o',
      service_tier: 'batch',
      at: '2026-08-01T00:00:00Z',
      input_tokens: 12_000,
      output_tokens: 500,
      cache_read_tokens: 0,
    },
  });
});

it('leaves a relative time as it is: asked again it means the same', () => {
  expect(ask({ ...DRAFT, at: '7d' })).toMatchObject({ body: { at: 'now-7d' } });
});

it('asks nothing without a model', () => {
  expect(ask({ ...DRAFT, model: ' ' })).toBeNull();
});

it('an embedding is asked for by its input alone', () => {
  expect(ask({ ...DRAFT, provider: '', embedding: true })).toEqual({ body: { model: 'gpt-4o', kind: 'embedding', input_tokens: 1000 } });
});

it('says which fields are none', () => {
  expect(ask({ ...DRAFT, at: 'soon', counts: { ...DRAFT.counts, output_tokens: '1.5' } })).toEqual({
    errors: [
      { pointer: '/output_tokens', message: 'must be a whole number' },
      { pointer: '/at', message: 'is not a time: write 2026-11-20 or now-7d' },
    ],
  });
});
