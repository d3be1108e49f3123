import { describe, expect, it } from 'vitest';
import { temperatureOf } from './requestSettings.ts';

describe('temperatureOf', () => {
  it.each([
    [{ 'gen_ai.request.temperature': 0 }, 0],
    [{ 'gen_ai.request.temperature': '0.2' }, 0.2],
    [{ 'ai.settings.temperature': 1 }, 1],
    [{ 'llm.invocation_parameters': '{"model":"gpt-4o","temperature":0.7}' }, 0.7],
    [{ 'langfuse.observation.model.parameters': { temperature: 0.4 } }, 0.4],
    [{ 'llm.invocation_parameters': '{"temperature":' }, null],
    [{ 'gen_ai.request.temperature': 'warm' }, null],
    [{ 'gen_ai.request.temperature': '' }, null],
    [{}, null],
  ])('%j → %j', (attributes, temperature) => {
    expect(temperatureOf(attributes)).toBe(temperature);
  });
});
