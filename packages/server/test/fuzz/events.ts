import { EVENT_STATUSES, EVENT_TYPES, NewEventSchema } from '@sightglass/contract/event';
import type { Choices } from './choices.ts';
import { type Json, NUMBERS, TEXTS, WRONG } from './hostileValues.ts';

const FIELDS = Object.keys(NewEventSchema.shape);
const TIMESTAMPS = ['2026-11-20T09:00:00Z', '1970-01-01T00:00:00Z', '2100-01-01T00:00:00Z', '2026-02-31T00:00:00Z', '0001-01-01T00:00:00+23:59'];

/** An event of the Events API, of which some fields are right. */
export function event(choices: Choices): Json {
  const made: Json = { event_type: choices.of(EVENT_TYPES), agent_id: 'planner', status: choices.of(EVENT_STATUSES) };
  for (let fields = choices.upTo(6); fields > 0; fields--) made[choices.of(FIELDS)] = fieldValue(choices);
  return made;
}

function fieldValue(choices: Choices): unknown {
  switch (choices.upTo(6)) {
    case 0:
      return choices.of(TEXTS);
    case 1:
      return choices.of(NUMBERS);
    case 2:
      return choices.of(TIMESTAMPS);
    case 3:
      return structuredClone(choices.of(WRONG));
    case 4:
      return { [choices.of(TEXTS)]: choices.of(WRONG), metadata: choices.of(WRONG), status: choices.of(TEXTS) };
    default:
      return choices.of(['ab'.repeat(16), 'cd'.repeat(8), '0190163d-8694-739b-aea5-966c26f8ad90', 'gpt-4o', '0.0025', 7, 1000]);
  }
}
