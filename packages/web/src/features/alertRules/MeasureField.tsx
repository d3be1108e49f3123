import { useId } from 'react';
import { Suggestions } from '../../ui/Suggestions.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { problemAt } from '../settings/fieldErrors.ts';
import type { RuleFields } from './formFields.ts';

/** A measure of the catalogue that is a number. */
export function MeasureField({ draft, change, errors, measures }: RuleFields) {
  const listId = useId();
  const chosen = measures.get(draft.measure.trim());
  const numbers = [...measures.values()].flatMap(({ name, type }) => (type === 'string' || type === 'time' ? [] : [name]));
  return (
    <>
      <TextField
        label="Measure"
        className="rule-measure"
        placeholder="cost_usd"
        list={listId}
        value={draft.measure}
        problem={problemAt(errors, '/config/measure')}
        hint={chosen === undefined ? 'Begin to type its name: cost, tokens, latency, hits …' : `${chosen.title}. ${chosen.description}`}
        onChange={(measure) => change({ measure, source: undefined }, '/config/measure', '/group_by', '/filters')}
      />
      <Suggestions id={listId} values={numbers} wordsOf={(name) => measures.get(name)?.title ?? name} />
    </>
  );
}
