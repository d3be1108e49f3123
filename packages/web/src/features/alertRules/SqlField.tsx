import { useId, useRef } from 'react';
import { Button } from '../../ui/Button.tsx';
import { FieldText } from '../../ui/TextField.tsx';
import { offsetOf, sqlPosition } from './sqlPosition.ts';

const LINES_MIN = 6;
const LINES_MAX = 24;
const EXAMPLES = [
  'SELECT count() FROM request_metrics\nWHERE timestamp > now() - INTERVAL 15 MINUTE AND status_code >= 500',
  'SELECT department, sum(cost_usd) FROM llm_call_metrics\nWHERE timestamp > now() - INTERVAL 1 HOUR\nGROUP BY department',
] as const;

interface SqlFieldProps {
  query: string;
  problem: string | undefined;
  onChange: (query: string) => void;
}

/** One SELECT, in letters of one width; a problem is shown at the place that it names. */
export function SqlField({ query, problem, onChange }: SqlFieldProps) {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const position = problem === undefined ? undefined : sqlPosition(problem, query);
  const goThere = () => {
    if (position === undefined) return;
    const offset = offsetOf(position, query);
    area.current?.focus();
    area.current?.setSelectionRange(offset, Math.min(offset + 1, query.length));
  };
  return (
    <div className="text-field rule-sql">
      <label htmlFor={id}>Query</label>
      <textarea
        ref={area}
        id={id}
        className="field text-area mono"
        rows={Math.min(LINES_MAX, Math.max(LINES_MIN, query.split('\n').length + 1))}
        spellCheck={false}
        placeholder={EXAMPLES[0]}
        value={query}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-text`}
        onChange={(event) => onChange(event.target.value)}
      />
      {position === undefined ? null : (
        <div className="rule-sql-place">
          <pre aria-hidden="true">
            {position.text}
            {'\n'}
            {' '.repeat(position.column - 1)}
            <span className="worse">^</span>
          </pre>
          <Button onClick={goThere}>
            Go to line {position.line}, column {position.column}
          </Button>
        </div>
      )}
      <FieldText
        id={`${id}-text`}
        problem={problem}
        hint="One SELECT that answers one number, or one row for each group: a number, and texts that name the group. It sets its bounds of time itself."
      />
      {query.trim() === '' ? (
        <div className="rule-sql-examples">
          {EXAMPLES.map((example, index) => (
            <Button key={example} onClick={() => onChange(example)}>
              Begin with {index === 0 ? 'failed requests' : 'the cost of departments'}
            </Button>
          ))}
        </div>
      ) : null}
    </div>
  );
}
