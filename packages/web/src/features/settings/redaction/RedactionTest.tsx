import { useId } from 'react';
import { asProblem } from '../../../api/ProblemState.tsx';
import { Button } from '../../../ui/Button.tsx';
import { formatCount } from '../../../ui/formatCount.ts';
import { Panel } from '../../../ui/Panel.tsx';
import { Tag } from '../../../ui/Tag.tsx';
import { maskedParts } from './maskedParts.ts';
import type { RedactionDraft } from './redactionDraft.ts';
import type { Trial } from './useTriedRules.ts';

const TEXT_CHARS_MAX = 100_000;
const EXAMPLE = `Write to ada@example.com or call +49 30 901820.
Card 4111 1111 1111 1111, IBAN DE89 3704 0044 0532 0130 00.
{"authorization": "Bearer c2VjcmV0LXRva2VuLTEyMzQ1Ng", "order": "CUST-20417733"}`;

interface RedactionTestProps {
  text: string;
  onTextChange: (text: string) => void;
  trial: Trial;
  draft: RedactionDraft;
}

/** A text and what the rules make of it. Saved or not, switched on or not: the rules are tried as they stand in the form. */
export function RedactionTest({ text, onTextChange, trial, draft }: RedactionTestProps) {
  const id = useId();
  return (
    <Panel
      title="Try the rules"
      className="redaction-test"
      end={
        text === '' ? (
          <Button variant="ghost" onClick={() => onTextChange(EXAMPLE)}>
            Use an example
          </Button>
        ) : (
          <Button variant="ghost" onClick={() => onTextChange('')}>
            Clear
          </Button>
        )
      }
    >
      <div className="setting-body">
        <div className="text-field">
          <label htmlFor={id}>A text as it might arrive. Nothing of it is stored.</label>
          <textarea
            id={id}
            className="field text-area mono"
            rows={7}
            maxLength={TEXT_CHARS_MAX}
            spellCheck={false}
            placeholder="Paste a message, a log line or JSON"
            value={text}
            onChange={(event) => onTextChange(event.target.value)}
          />
        </div>
        <Outcome text={text} trial={trial} draft={draft} />
      </div>
    </Panel>
  );
}

function Outcome({ text, trial, draft }: Omit<RedactionTestProps, 'onTextChange'>) {
  if (trial.errors.length > 0) return <p className="worse">A pattern cannot be used as it stands: see beside it.</p>;
  if (trial.failure !== null) return <p className="worse">It could not be tried: {asProblem(trial.failure).message}</p>;
  if (text === '' || trial.result === undefined) return <p className="dim">Its masked form appears here, with the rules that found something.</p>;
  const { result } = trial;
  const markers = result.hits.map(({ rule }) => ({ rule, marker: markerOf(rule, draft) }));
  return (
    <div className="redaction-outcome" aria-busy={!trial.current}>
      <h3>Would be stored as</h3>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a long text scrolls, which the keyboard must reach */}
      <div className="redaction-masked" tabIndex={0} role="group" aria-label="Masked text">
        {maskedParts(result.text, markers).map(({ at, text: part, rule }) =>
          rule === null ? (
            part
          ) : (
            <mark key={at} title={`Masked by ${rule}`}>
              {part}
            </mark>
          ),
        )}
      </div>
      <div className="redaction-hits" role="status">
        {result.hits.length === 0
          ? 'No rule found anything.'
          : result.hits.map(({ rule, count }) => (
              <Tag key={rule} tone="info">
                {rule} × {formatCount(count)}
              </Tag>
            ))}
      </div>
    </div>
  );
}

/** What a rule leaves in the place of what it finds. */
function markerOf(rule: string, { patterns }: RedactionDraft): string {
  const replacement = patterns.find(({ name }) => name.trim() === rule)?.replacement ?? '';
  return replacement === '' ? `[${rule}]` : replacement;
}
