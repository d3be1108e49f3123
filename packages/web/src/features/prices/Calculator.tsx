import type { EstimateResult } from '@sightglass/contract/routes/pricing';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { estimateQuery } from '../../api/prices.ts';
import { asProblem, ProblemState } from '../../api/ProblemState.tsx';
import { useSearchText } from '../../routing/useSearchText.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { formatMoneyExact } from '../../ui/formatMoney.ts';
import { Panel } from '../../ui/Panel.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { problemAt } from '../settings/fieldErrors.ts';
import { useSettledValue } from '../settings/redaction/useSettledValue.ts';
import { CostSumTable } from '../trace/span/CostSumTable.tsx';
import { PriceUsed } from '../trace/span/PriceUsed.tsx';
import { type CalculatorDraft, COUNT_LABELS, COUNT_NAMES, type CountName, emptyCalculatorDraft, estimateBody, isAsked } from './calculatorDraft.ts';
import './calculator.css';

const TYPING_PAUSE_MS = 300;
const MATCHED_WORDS = { exact: 'by its name', alias: 'by a further name', pattern: 'by a pattern' } as const;

/** What a call would cost, and the sum behind it. Reckoned by the server, as for calls that arrive. */
export function Calculator() {
  const search = useSearchText();
  const zone = useTimeZone();
  const [draft, setDraft] = useState(() => emptyCalculatorDraft(search));
  const change = (changes: Partial<CalculatorDraft>) => setDraft((before) => ({ ...before, ...changes }));
  const asked = useSettledValue(JSON.stringify(draft), TYPING_PAUSE_MS);
  const built = estimateBody(JSON.parse(asked) as CalculatorDraft, zone);
  const query = useQuery({
    ...estimateQuery(built !== null && 'body' in built ? built.body : {}),
    enabled: built !== null && 'body' in built,
    placeholderData: (before) => before,
  });
  const refused = query.error === null ? [] : asProblem(query.error).errors;
  const errors = built !== null && 'errors' in built ? built.errors : refused;
  const text = (name: 'provider' | 'model' | 'service_tier' | 'at', label: string, hint: string) => (
    <TextField
      label={label}
      hint={hint}
      value={draft[name]}
      problem={problemAt(errors, `/${name}`)}
      onChange={(value) => change({ [name]: value })}
    />
  );
  return (
    <div className="calculator">
      <Panel title="A call">
        <div className="setting-body">
          <div className="calculator-fields">
            {text('model', 'Model', 'As the call names it')}
            {text('provider', 'Provider', 'Empty: told by the model’s name')}
            {text('service_tier', 'Service tier', 'Empty: standard; batch, flex …')}
            {text('at', 'Starts', 'Empty: now')}
          </div>
          <label className="recompute-reported">
            <input type="checkbox" checked={draft.embedding} onChange={(event) => change({ embedding: event.target.checked })} />
            An embedding
          </label>
          <div className="calculator-fields">
            {COUNT_NAMES.filter((name) => isAsked(name, draft.embedding)).map((name: CountName) => (
              <TextField
                key={name}
                label={COUNT_LABELS[name]}
                inputMode="numeric"
                value={draft.counts[name]}
                problem={problemAt(errors, `/${name}`)}
                onChange={(count) => change({ counts: { ...draft.counts, [name]: count } })}
              />
            ))}
          </div>
        </div>
      </Panel>
      <Panel title="Costs">
        <div className="setting-body" aria-live="polite" aria-busy={query.isFetching}>
          {built === null ? (
            <p className="dim">Name a model.</p>
          ) : errors.length > 0 ? (
            <p className="worse">A field cannot be used as it stands: see beside it.</p>
          ) : query.error !== null ? (
            <ProblemState error={query.error} what="It could not be reckoned" onRetry={() => void query.refetch()} />
          ) : query.data === undefined ? (
            <p className="dim">Reckoning …</p>
          ) : (
            <Estimate estimate={query.data} />
          )}
        </div>
      </Panel>
    </div>
  );
}

function Estimate({ estimate: { cost_usd, breakdown, price, matched_by, reason } }: { estimate: EstimateResult }) {
  return (
    <>
      <p className="calculator-cost">{cost_usd === null ? 'Unpriced' : formatMoneyExact(cost_usd)}</p>
      {reason === null ? null : <p>{reason}</p>}
      {breakdown === null ? null : (
        <>
          <CostSumTable breakdown={breakdown} />
          <PriceUsed breakdown={breakdown} origin={price?.origin ?? null} />
        </>
      )}
      {price === null || matched_by === null ? null : (
        <p className="dim">
          Found {MATCHED_WORDS[matched_by]} in the list of {price.provider}.
        </p>
      )}
    </>
  );
}
