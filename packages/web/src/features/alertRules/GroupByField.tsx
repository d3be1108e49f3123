import { useId } from 'react';
import { Suggestions } from '../../ui/Suggestions.tsx';
import { FieldText } from '../../ui/TextField.tsx';
import { problemAt } from '../settings/fieldErrors.ts';
import type { RuleFields } from './formFields.ts';
import { fieldWords } from './ruleWords.ts';

const GROUPS_MAX = 3;

/** By what alerts are told apart: one input more than there are groups, up to three. */
export function GroupByField({ draft, change, errors, dimensions }: RuleFields & { dimensions: readonly string[] }) {
  const id = useId();
  const places = [...draft.groupBy, ...(draft.groupBy.length < GROUPS_MAX ? [''] : [])];
  const set = (index: number, value: string) => {
    const next = places.map((each, place) => (place === index ? value : each)).filter((each) => each.trim() !== '');
    change({ groupBy: next }, '/group_by');
  };
  const problems = places.flatMap((_, index) => problemAt(errors, `/group_by/${index}`) ?? []);
  const problem = [problemAt(errors, '/group_by'), ...problems].filter((each) => each !== undefined).join('; ');
  return (
    <div className="text-field" role="group" aria-labelledby={`${id}-label`}>
      <span id={`${id}-label`} className="rule-legend">
        One alert for each
      </span>
      <div className="rule-groups">
        {places.map((value, index) => (
          <input
            // oxlint-disable-next-line react/no-array-index-key -- a place is known by its number alone
            key={index}
            className="field"
            aria-label={index === 0 ? 'One alert for each' : 'and each'}
            aria-invalid={problemAt(errors, `/group_by/${index}`) !== undefined}
            aria-describedby={`${id}-text`}
            list={`${id}-dimensions`}
            autoComplete="off"
            spellCheck={false}
            placeholder={index === 0 ? 'nothing: one for all' : 'and …'}
            value={value}
            onChange={(event) => set(index, event.target.value)}
          />
        ))}
      </div>
      <Suggestions id={`${id}-dimensions`} values={dimensions} wordsOf={fieldWords} />
      <FieldText
        id={`${id}-text`}
        problem={problem === '' ? undefined : problem}
        hint="agent_id, model, environment … or attributes.<key>. The values stand in the alert’s labels."
      />
    </div>
  );
}
