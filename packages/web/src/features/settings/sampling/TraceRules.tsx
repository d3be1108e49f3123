import type { FieldError } from '@sightglass/contract/errors';
import { TextField } from '../../../ui/TextField.tsx';
import { problemAt } from '../fieldErrors.ts';
import { RowList } from '../RowList.tsx';
import { KeepField } from './KeepField.tsx';
import { NeverAsked } from './NeverAsked.tsx';
import { matchesEveryTrace, newTraceRule, type TraceRuleRow } from './samplingDraft.ts';

const RULES_MAX = 50;

interface TraceRulesProps {
  rows: readonly TraceRuleRow[];
  errors: readonly FieldError[];
  readOnly: boolean;
  onChange: (rows: TraceRuleRow[], pointer?: string) => void;
}

/** Which traces are kept how often, the first that matches decides. */
export function TraceRules({ rows, errors, readOnly, onChange }: TraceRulesProps) {
  const set = (index: number, changes: Partial<TraceRuleRow>) =>
    onChange(
      rows.map((row, each) => (each === index ? { ...row, ...changes } : row)),
      `/traces/rules/${index}/${Object.keys(changes)[0]}`,
    );
  return (
    <RowList
      label="Rules for traces"
      noun="rule"
      rows={rows}
      rowsMax={RULES_MAX}
      ordered
      readOnly={readOnly}
      onAdd={newTraceRule}
      onChange={(next) => onChange(next)}
      after={<NeverAsked matchesAll={rows.map(matchesEveryTrace)} what="trace" />}
      renderRow={(row, index) => {
        const problem = (field: string) => problemAt(errors, `/traces/rules/${index}/${field}`);
        return (
          <>
            <TextField
              label="Endpoint"
              className="rule-text"
              placeholder="any, or /health*"
              value={row.endpoint}
              problem={problem('endpoint')}
              onChange={(endpoint) => set(index, { endpoint })}
            />
            <TextField
              label="Agent"
              className="rule-text"
              placeholder="any, or cron-*"
              value={row.agent_id}
              problem={problem('agent_id')}
              onChange={(agent_id) => set(index, { agent_id })}
            />
            <label className="rule-check" title="No model, tool, retrieval or embedding call, such as a health check">
              <input type="checkbox" checked={row.without_calls} onChange={(event) => set(index, { without_calls: event.target.checked })} />
              only without calls
            </label>
            <KeepField
              label="Keep one in"
              value={row.keep_one_in}
              problem={problem('keep_one_in')}
              onChange={(keep_one_in) => set(index, { keep_one_in })}
            />
          </>
        );
      }}
    />
  );
}
