import type { AlertRule } from '@sightglass/contract/alertRule';
import type { Measure } from '@sightglass/contract/querySpec';
import { type FormEvent, useCallback, useEffect, useRef } from 'react';
import { asProblem } from '../../api/ProblemState.tsx';
import { useShortcuts } from '../../shell/shortcuts.ts';
import { Button } from '../../ui/Button.tsx';
import { formatQuantity } from '../../ui/formatCount.ts';
import { Panel } from '../../ui/Panel.tsx';
import { problemAt } from '../settings/fieldErrors.ts';
import { LeaveGuard } from '../settings/LeaveGuard.tsx';
import '../settings/settingsPage.css';
import { ConditionFields } from './ConditionFields.tsx';
import { FilterRows } from './FilterRows.tsx';
import { GroupByField } from './GroupByField.tsx';
import { KindChoice } from './KindChoice.tsx';
import { MinutesField } from './MinutesField.tsx';
import { NameFields } from './NameFields.tsx';
import { PreviewPanel } from './PreviewPanel.tsx';
import { ruleBody } from './ruleBody.ts';
import type { RuleDraft } from './ruleDraft.ts';
import { conditionWords, hasWindow, KIND_WORDS, measureBehind, SILENCE_FIELDS, takesFilters, takesGroups, watchedBy } from './ruleWords.ts';
import { TellFields } from './TellFields.tsx';
import { TimingFields } from './TimingFields.tsx';
import { usePreview } from './usePreview.ts';
import { useRuleForm } from './useRuleForm.ts';
import './ruleForm.css';

const NAME_CHARS_MAX = 120;
const NO_FIELDS: readonly string[] = [];

interface RuleFormProps {
  initial: RuleDraft;
  /** The rule that is changed; null: a new one. */
  rule: AlertRule | null;
  measures: ReadonlyMap<string, Measure>;
  readOnly: boolean;
  onSaved: (rule: AlertRule) => void;
  onCancel: () => void;
}

/** A rule, from what one wants to know to whom it tells; beside the condition stands what it would have done. */
export function RuleForm({ initial, rule, measures, readOnly, onSaved, onCancel }: RuleFormProps) {
  const unitOf = useCallback((name: string) => measures.get(name)?.unit, [measures]);
  const form = useRuleForm(initial, rule, unitOf);
  const { draft, change, refusals, failure, saving, saved } = form;
  const element = useRef<HTMLFormElement>(null);
  const preview = usePreview(draft, unitOf);
  // The place of an error in SQL is wanted while it is written, not once it is sent.
  const errors = form.errors.length > 0 || draft.kind !== 'sql_query' ? form.errors : preview.errors;
  const sentence = sentenceOf(draft, measures, unitOf);
  const suggested = suggestedName(draft, sentence);
  const fields = { draft, change, errors, measures };
  const measureName = measureBehind({ kind: draft.kind, of: draft.of, measure: draft.measure.trim() });
  const measure = measureName === undefined ? undefined : measures.get(measureName);
  const dimensions = draft.kind === 'no_heartbeat' ? SILENCE_FIELDS : (measure?.dimensions ?? NO_FIELDS);
  useEffect(() => {
    if (refusals > 0) element.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [refusals]);
  useEffect(() => {
    if (saved !== null) onSaved(saved);
  }, [saved, onSaved]);
  const submit = (event?: FormEvent) => {
    event?.preventDefault();
    if (!saving && !readOnly) form.save(suggested);
  };
  useShortcuts([{ keys: 'mod+s', label: 'Save the rule', group: 'Alerts', run: () => submit() }]);
  return (
    <form ref={element} className="settings rule-form" aria-label="Rule" noValidate onSubmit={submit}>
      <LeaveGuard dirty={form.dirty} />
      <fieldset className="settings-fields" disabled={readOnly}>
        <Panel
          title={rule === null ? 'What do you want to know?' : KIND_WORDS[draft.kind].label}
          note={rule === null ? undefined : KIND_WORDS[draft.kind].asks}
        >
          <div className="setting-body">
            {rule === null ? <KindChoice kind={draft.kind} onChange={(kind) => change({ kind })} /> : null}
            <div className="field-line">
              <ConditionFields {...fields} />
              {hasWindow(draft.kind) ? (
                <MinutesField
                  label="Within the last"
                  value={draft.windowMinutes}
                  problem={problemAt(errors, '/evaluation_window_minutes')}
                  onChange={(windowMinutes) => change({ windowMinutes }, '/evaluation_window_minutes')}
                />
              ) : null}
            </div>
            {takesGroups(draft.kind) ? <GroupByField {...fields} dimensions={dimensions} /> : null}
            {takesFilters(draft.kind) ? (
              <FilterRows
                {...fields}
                dimensions={dimensions}
                suggested={
                  draft.kind === 'no_heartbeat'
                    ? { source: 'spans', measure: 'spans' }
                    : measure === undefined
                      ? undefined
                      : { source: measure.source, measure: measure.name }
                }
              />
            ) : null}
            <p className="rule-sentence" role="status">
              {sentence === undefined ? 'The condition is not whole yet.' : `It fires on: ${sentence}.`}
            </p>
          </div>
        </Panel>
        <PreviewPanel preview={preview} isSql={draft.kind === 'sql_query'} />
        <Panel title="Timing">
          <div className="setting-body">
            <TimingFields {...fields} />
          </div>
        </Panel>
        <Panel title="Whom it tells">
          <div className="setting-body">
            <TellFields {...fields} />
          </div>
        </Panel>
        <Panel title="Name">
          <div className="setting-body">
            <NameFields {...fields} suggested={suggested} />
          </div>
        </Panel>
      </fieldset>
      {readOnly ? null : (
        <div className="save-bar">
          <div className="save-bar-words" role="status">
            {form.errors.length > 0 ? (
              <span className="worse">
                Not saved: {formatQuantity(form.errors.length, 'field')} to correct. {otherErrors(form.errors)}
              </span>
            ) : failure !== null ? (
              <span className="worse">Not saved: {asProblem(failure).message}</span>
            ) : rule === null ? (
              'It is looked at for the first time within a minute.'
            ) : (
              'A changed condition begins anew, and its open alerts are resolved.'
            )}
          </div>
          <div className="save-bar-actions">
            <Button onClick={onCancel} disabled={saving}>
              Cancel
            </Button>
            <Button type="submit" variant="primary" disabled={saving}>
              {saving ? 'Saving …' : rule === null ? 'Create the rule' : 'Save'}
            </Button>
          </div>
        </div>
      )}
    </form>
  );
}

/** What it fires on; undefined while something is missing. */
function sentenceOf(
  draft: RuleDraft,
  measures: RuleFormProps['measures'],
  unitOf: (name: string) => Measure['unit'] | undefined,
): string | undefined {
  const result = ruleBody({ ...draft, tags: [] }, 'rule', unitOf);
  if ('errors' in result) return undefined;
  const { kind, config, evaluation_window_minutes = 0, group_by = [], filters = [] } = result.body;
  return conditionWords(watchedBy({ kind, config, evaluation_window_minutes, group_by, filters }), measures);
}

function suggestedName(draft: RuleDraft, sentence: string | undefined): string {
  const words = sentence ?? KIND_WORDS[draft.kind].label;
  return (words.charAt(0).toUpperCase() + words.slice(1)).slice(0, NAME_CHARS_MAX);
}

/** What stands with no field of the form must not be lost. */
const SHOWN = /^\/(?:config|filters|group_by|tags|name|description|message|severity|channel_ids|no_data|.*_minutes)/;
const otherErrors = (errors: readonly { pointer: string; message: string }[]): string =>
  errors
    .filter(({ pointer }) => !SHOWN.test(pointer))
    .map(({ pointer, message }) => `${pointer} ${message}`)
    .join('; ');
