import { RedactionSchema } from '@sightglass/contract/redaction';
import { expect, it } from 'vitest';
import { newPattern, type RedactionDraft, redactionBody, redactionDraft, triedErrors, triedRules } from './redactionDraft.ts';

const SAVED = RedactionSchema.parse({
  enabled: true,
  detectors: ['phone', 'email'],
  patterns: [
    { name: 'customer', pattern: 'CUST-\\d+' },
    { name: 'project', pattern: '(?i)apollo', replacement: 'the project' },
  ],
  drop_attributes: ['app.secret.*', 'http.request.header.authorization'],
});
const bodyOf = (draft: RedactionDraft) => {
  const result = redactionBody(draft);
  return 'body' in result ? RedactionSchema.parse(result.body) : undefined;
};

it('what was saved goes through the form unchanged, but for the order of choices', () => {
  expect(bodyOf(redactionDraft(SAVED))).toEqual({ ...SAVED, detectors: ['email', 'phone'], fields: [...SAVED.fields].sort() });
});

it('an empty replacement is none, and empty lines are no keys', () => {
  const draft = { ...redactionDraft(SAVED), dropped: '\n a.b \n\nc.*\n', patterns: [{ ...newPattern(), name: ' x ', pattern: ' y ' }] };
  expect(bodyOf(draft)).toMatchObject({ drop_attributes: ['a.b', 'c.*'], patterns: [{ name: 'x', pattern: ' y ' }] });
  expect(bodyOf(draft)?.patterns[0]).not.toHaveProperty('replacement');
});

it('rows that are not filled in are not tried, and errors find their row all the same', () => {
  const draft = redactionDraft(SAVED);
  const { rules, places } = triedRules({ ...draft, patterns: [newPattern(), ...draft.patterns.slice(1)] });
  expect(rules.patterns.map(({ name }) => name)).toEqual(['project']);
  expect(triedErrors([{ pointer: '/redaction/patterns/0/pattern', message: 'no' }], places)).toEqual([
    { pointer: '/patterns/1/pattern', message: 'no' },
  ]);
  expect(triedErrors([{ pointer: '/redaction/patterns', message: 'no' }], places)).toEqual([{ pointer: '/patterns', message: 'no' }]);
});
