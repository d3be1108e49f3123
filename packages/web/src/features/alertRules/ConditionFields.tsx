import type { CallSet, Operator } from '@sightglass/contract/alertRule';
import { formatDurationMs } from '../../ui/formatDuration.ts';
import { SelectField } from '../../ui/SelectField.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { readLeast } from '../../filters/facets.ts';
import { problemAt } from '../settings/fieldErrors.ts';
import { ofSpans, ValueField } from './fieldValues.tsx';
import type { RuleFields } from './formFields.ts';
import { MeasureField } from './MeasureField.tsx';
import { MinutesField } from './MinutesField.tsx';
import { CALL_SET_WORDS, OPERATOR_WORDS } from './ruleWords.ts';
import { SqlField } from './SqlField.tsx';

const CALL_SETS = Object.entries(CALL_SET_WORDS).map(([value, label]) => ({ value: value as CallSet, label }));
const OPERATORS = Object.entries(OPERATOR_WORDS).map(([value, label]) => ({ value: value as Operator, label }));
const PERCENTILES = ['50', '95', '99'].map((value) => ({ value, label: `p${value}: ${value} % took at most this` }));
const SENSITIVITIES = Array.from({ length: 10 }, (_, index) => String(index + 1)).map((value) => ({
  value,
  label: value === '1' ? '1: only what is far out' : value === '10' ? '10: also a little unusual' : value,
}));

/** The fields of the chosen kind, and no others. */
export function ConditionFields({ draft, change, errors, measures }: RuleFields) {
  const at = (pointer: string) => problemAt(errors, pointer);
  const callSet = <SelectField label="Of" value={draft.of} options={CALL_SETS} onChange={(of) => change({ of }, '/config/of')} />;
  const operator = (
    <SelectField
      label="Alert when it is"
      value={draft.operator}
      options={OPERATORS}
      problem={at('/config/operator')}
      onChange={(next) => change({ operator: next }, '/config/operator')}
    />
  );
  switch (draft.kind) {
    case 'cost_per_day':
    case 'cost_threshold':
      return (
        <TextField
          label="More than ($)"
          inputMode="decimal"
          value={draft.thresholdUsd}
          problem={at('/config/threshold_usd')}
          hint={draft.kind === 'cost_per_day' ? 'From midnight on, in the time zone of the workspace' : 'Within the window'}
          onChange={(thresholdUsd) => change({ thresholdUsd }, '/config/threshold_usd')}
        />
      );
    case 'error_rate':
      return (
        <>
          {callSet}
          <TextField
            label="More than (%)"
            inputMode="decimal"
            value={draft.ratePercent}
            problem={at('/config/threshold')}
            onChange={(ratePercent) => change({ ratePercent }, '/config/threshold')}
          />
          <TextField
            label={`Only of at least … ${CALL_SET_WORDS[draft.of]}`}
            inputMode="numeric"
            value={draft.minCount}
            problem={at('/config/min_count')}
            hint="With fewer there is no data: one failure of two calls is no news"
            onChange={(minCount) => change({ minCount }, '/config/min_count')}
          />
        </>
      );
    case 'error_count':
      return (
        <>
          {callSet}
          <TextField
            label="More failures than"
            inputMode="numeric"
            value={draft.errorCount}
            problem={at('/config/threshold')}
            onChange={(errorCount) => change({ errorCount }, '/config/threshold')}
          />
        </>
      );
    case 'latency':
      return (
        <>
          {callSet}
          <SelectField
            label="Percentile"
            value={draft.percentile}
            options={PERCENTILES}
            problem={at('/config/percentile')}
            onChange={(percentile) => change({ percentile }, '/config/percentile')}
          />
          <TextField
            label="Longer than"
            placeholder="5s"
            value={draft.latency}
            problem={at('/config/threshold_ms')}
            hint={durationHint(draft.latency)}
            onChange={(latency) => change({ latency }, '/config/threshold_ms')}
          />
        </>
      );
    case 'no_heartbeat':
      return (
        <>
          <SelectField
            label="No sign of life means"
            value={draft.silenceOf}
            options={[
              { value: 'heartbeats', label: 'no heartbeat' },
              { value: 'telemetry', label: 'no telemetry of any kind' },
            ]}
            onChange={(silenceOf) => change({ silenceOf }, '/config/of')}
          />
          <ValueField
            label="Agent"
            from={ofSpans('agent_id')}
            placeholder="any"
            value={draft.agentId}
            problem={at('/config/agent_id')}
            hint={draft.silenceOf === 'heartbeats' ? 'Empty: every agent that ever sent a heartbeat' : 'Empty: every agent that was ever heard of'}
            onChange={(agentId) => change({ agentId }, '/config/agent_id')}
          />
          <MinutesField
            label="For longer than"
            value={draft.silenceMinutes}
            problem={at('/config/minutes')}
            onChange={(silenceMinutes) => change({ silenceMinutes }, '/config/minutes')}
          />
        </>
      );
    case 'provider_down':
      return (
        <>
          <ValueField
            label="Provider"
            from={ofSpans('provider')}
            placeholder="any"
            value={draft.provider}
            problem={at('/config/provider')}
            hint="Empty: each of them by itself"
            onChange={(provider) => change({ provider }, '/config/provider')}
          />
          <TextField
            label="Failures in a row"
            inputMode="numeric"
            value={draft.failures}
            problem={at('/config/consecutive_failures')}
            onChange={(failures) => change({ failures }, '/config/consecutive_failures')}
          />
        </>
      );
    case 'cache_unavailable':
      return (
        <ValueField
          label="Cache"
          from={{ source: 'metric_points', measure: 'caches_unavailable', field: 'cache' }}
          placeholder="any"
          value={draft.cache}
          problem={at('/config/cache')}
          hint="Empty: each cache that reports whether it is there"
          onChange={(cache) => change({ cache }, '/config/cache')}
        />
      );
    case 'budget':
      return (
        <>
          <TextField
            label="Budget"
            placeholder="bud_…"
            value={draft.budgetId}
            problem={at('/config/budget_id')}
            hint="Its id"
            onChange={(budgetId) => change({ budgetId }, '/config/budget_id')}
          />
          <TextField
            label="Once … % of it are spent"
            inputMode="decimal"
            value={draft.budgetPercent}
            problem={at('/config/percent')}
            onChange={(budgetPercent) => change({ budgetPercent }, '/config/percent')}
          />
        </>
      );
    case 'metric_threshold': {
      const unit = measures.get(draft.measure.trim())?.unit;
      return (
        <>
          <MeasureField draft={draft} change={change} errors={errors} measures={measures} />
          {operator}
          <TextField
            label={`Value${unit === 'ratio' ? ' (%)' : unit === 'usd' ? ' ($)' : unit === 'bytes' ? ' (bytes)' : ''}`}
            inputMode={unit === 'ms' ? 'text' : 'decimal'}
            value={draft.threshold}
            problem={at('/config/threshold')}
            hint={unit === 'ms' ? durationHint(draft.threshold) : unit === 'tokens' ? 'tokens' : undefined}
            onChange={(threshold) => change({ threshold }, '/config/threshold')}
          />
        </>
      );
    }
    case 'anomaly':
      return (
        <>
          <MeasureField draft={draft} change={change} errors={errors} measures={measures} />
          <SelectField
            label="Sensitivity"
            value={draft.sensitivity}
            options={SENSITIVITIES}
            problem={at('/config/sensitivity')}
            hint="The last full hour is held against the same hour of the weeks before"
            onChange={(sensitivity) => change({ sensitivity }, '/config/sensitivity')}
          />
        </>
      );
    case 'sql_query':
      return (
        <>
          <SqlField query={draft.query} problem={at('/config/query')} onChange={(query) => change({ query }, '/config/query')} />
          {operator}
          <TextField
            label="Value"
            inputMode="decimal"
            value={draft.threshold}
            problem={at('/config/threshold')}
            onChange={(threshold) => change({ threshold }, '/config/threshold')}
          />
        </>
      );
  }
}

/** `5000` → `5.00 s`: what is typed as milliseconds, or how to write it. */
function durationHint(text: string): string {
  const ms = readLeast(text, 'ms');
  return ms === undefined ? 'Milliseconds, or 5s, or 2m' : formatDurationMs(Number(ms));
}
