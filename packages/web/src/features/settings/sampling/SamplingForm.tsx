import type { SamplingSetting } from '@sightglass/contract/routes/settings';
import { putSampling, readSampling, samplingQuery } from '../../../api/settings.ts';
import { Button } from '../../../ui/Button.tsx';
import { formatDurationMs } from '../../../ui/formatDuration.ts';
import { Panel } from '../../../ui/Panel.tsx';
import { Switch } from '../../../ui/Switch.tsx';
import { FieldText, TextField } from '../../../ui/TextField.tsx';
import { problemAt, readWholeNumber } from '../fieldErrors.ts';
import { LastChange } from '../LastChange.tsx';
import { SaveBar } from '../SaveBar.tsx';
import { useMayChange } from '../SettingsPage.tsx';
import { useSettingForm } from '../useSettingForm.ts';
import { KeepField } from './KeepField.tsx';
import { LogRules } from './LogRules.tsx';
import { samplingBody, samplingDraft } from './samplingDraft.ts';
import { TraceRules } from './TraceRules.tsx';
import './samplingForm.css';

/** What the presets that we know are called; others are shown by name. */
const PRESET_WORDS: Readonly<Record<string, string>> = {
  light: 'A tenth of DEBUG logs, and of traces in which no agent, model or tool did anything. Everything else is kept.',
};

/** The sampling rules, in the order in which they are asked. */
export function SamplingForm({ saved }: { saved: SamplingSetting }) {
  const readOnly = !useMayChange();
  const form = useSettingForm({
    saved,
    queryKey: samplingQuery.queryKey,
    read: readSampling,
    put: putSampling,
    draftOf: samplingDraft,
    bodyOf: samplingBody,
  });
  const { draft, change, errors } = form;
  const { traces, logs } = draft;
  const slowMs = readWholeNumber(traces.slow_ms, 1, Number.MAX_SAFE_INTEGER);
  return (
    <div className="settings">
      <fieldset className="settings-fields" disabled={readOnly} aria-label="Sampling rules">
        <Panel title="Sampling">
          <div className="setting-body">
            <Switch
              label="Keep only a part"
              description={
                draft.enabled
                  ? 'What is kept stands for what is not: counts, sums, costs and percentiles are as if all were there.'
                  : 'Off: everything that arrives is kept.'
              }
              checked={draft.enabled}
              disabled={readOnly}
              onChange={(enabled) => change({ enabled })}
            />
            <p className="setting-text">
              Always kept, whatever the rules say: traces with a failure, slow traces, and logs of level ERROR and above. Metrics and the event log
              are never sampled.
            </p>
            {readOnly
              ? null
              : Object.entries(saved.presets).map(([name, preset]) => (
                  <div key={name} className="sampling-preset">
                    <Button onClick={() => change(samplingDraft(preset))}>Use the preset “{name}”</Button>
                    <span className="dim">{PRESET_WORDS[name]}</span>
                  </div>
                ))}
            <LastChange setting={saved} />
          </div>
        </Panel>
        <Panel title="Traces" note="the first rule of which everything matches decides">
          <div className="setting-body">
            <TraceRules
              rows={traces.rules}
              errors={errors}
              readOnly={readOnly}
              onChange={(rules, pointer) => change({ traces: { ...traces, rules } }, pointer)}
            />
            <FieldText problem={problemAt(errors, '/traces/rules')} />
            <div className="sampling-rest">
              <KeepField
                label={traces.rules.length === 0 ? 'Of all traces, keep one in' : 'Of all other traces, keep one in'}
                value={traces.keep_one_in}
                problem={problemAt(errors, '/traces/keep_one_in')}
                onChange={(keep_one_in) => change({ traces: { ...traces, keep_one_in } }, '/traces/keep_one_in')}
              />
              <TextField
                label="Slow, so always kept, from (ms)"
                className="keep-field"
                inputMode="numeric"
                value={traces.slow_ms}
                problem={problemAt(errors, '/traces/slow_ms')}
                hint={slowMs === null ? undefined : formatDurationMs(slowMs)}
                onChange={(slow_ms) => change({ traces: { ...traces, slow_ms } }, '/traces/slow_ms')}
              />
            </div>
          </div>
        </Panel>
        <Panel title="Logs" note="the first rule of which everything matches decides">
          <div className="setting-body">
            <LogRules
              rows={logs.rules}
              errors={errors}
              readOnly={readOnly}
              onChange={(rules, pointer) => change({ logs: { ...logs, rules } }, pointer)}
            />
            <FieldText problem={problemAt(errors, '/logs/rules')} />
            <div className="sampling-rest">
              <KeepField
                label={logs.rules.length === 0 ? 'Of all logs, keep one in' : 'Of all other logs, keep one in'}
                value={logs.keep_one_in}
                problem={problemAt(errors, '/logs/keep_one_in')}
                onChange={(keep_one_in) => change({ logs: { ...logs, keep_one_in } }, '/logs/keep_one_in')}
              />
            </div>
          </div>
        </Panel>
      </fieldset>
      {readOnly ? null : <SaveBar form={form} />}
    </div>
  );
}
