import type { RuleKind } from '@sightglass/contract/alertRule';
import { useId } from 'react';
import { KIND_WORDS, KINDS } from './ruleWords.ts';

/** There are no budgets yet: the server refuses rules about them, so they are not offered. */
const OFFERED = KINDS.filter((kind) => kind !== 'budget');

/** What one wants to know: the first thing that is asked, because everything else follows from it. */
export function KindChoice({ kind, onChange }: { kind: RuleKind; onChange: (kind: RuleKind) => void }) {
  const id = useId();
  return (
    <div role="radiogroup" aria-label="What do you want to know?" className="rule-kinds">
      {OFFERED.map((each) => (
        <div key={each} className="rule-kind">
          <input
            id={`${id}-${each}`}
            type="radio"
            name={id}
            checked={each === kind}
            aria-describedby={`${id}-${each}-asks`}
            onChange={() => onChange(each)}
          />
          <label htmlFor={`${id}-${each}`}>{KIND_WORDS[each].label}</label>
          <span id={`${id}-${each}-asks`}>{KIND_WORDS[each].asks}</span>
        </div>
      ))}
    </div>
  );
}
