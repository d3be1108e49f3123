import { AgentEventSchema } from '@sightglass/contract/event';
import { expect, it } from 'vitest';
import { eventFacts } from './eventFacts.ts';
import { eventForTest } from './eventForTest.ts';

it('shows a zero as sent, and nothing of what was not sent', () => {
  const facts = eventFacts(eventForTest({ input_tokens: 0, latency_ms: 0 }));
  expect(facts.filter(({ value }) => value === 0).map(({ name }) => name)).toEqual(['latency_ms', 'input_tokens']);
  expect(facts.map(({ name }) => name)).toEqual(['event_type', 'status', 'agent_id', 'latency_ms', 'input_tokens', 'event_id']);
});

it('shows every field of the contract, here or in a part of its own', () => {
  const all = eventForTest(Object.fromEntries(Object.keys(AgentEventSchema.shape).map((name) => [name, `sent ${name}`])));
  const elsewhere = new Set(['timestamp', 'received_at', 'message', 'error_message', 'payload', 'tags', 'cost_usd', 'cost_source']);
  expect(
    eventFacts(all)
      .map(({ name }) => name)
      .sort(),
  ).toEqual(
    Object.keys(AgentEventSchema.shape)
      .filter((name) => !elsewhere.has(name))
      .sort(),
  );
});
