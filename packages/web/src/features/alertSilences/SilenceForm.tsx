import type { Alert } from '@sightglass/contract/alert';
import type { FieldError } from '@sightglass/contract/errors';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useState } from 'react';
import { ALERTS_KEY } from '../../api/alerts.ts';
import { createSilence, SILENCES_KEY } from '../../api/alertSilences.ts';
import { asProblem } from '../../api/ProblemState.tsx';
import { useShell } from '../../shell/shellContext.ts';
import { useNow } from '../../time/now.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { Button } from '../../ui/Button.tsx';
import { formatMinute } from '../../ui/formatTime.ts';
import { Panel } from '../../ui/Panel.tsx';
import { SelectField } from '../../ui/SelectField.tsx';
import { FieldText, TextField } from '../../ui/TextField.tsx';
import { problemAt } from '../settings/fieldErrors.ts';
import { LeaveGuard } from '../settings/LeaveGuard.tsx';
import { sameDraft } from '../settings/rows.ts';
import '../settings/settingsPage.css';
import { FittingAlerts } from './FittingAlerts.tsx';
import { MatcherRows } from './MatcherRows.tsx';
import { DURATIONS, type SilenceDraft, silenceBody } from './silenceDraft.ts';
import './silences.css';

const MINUTE_MS = 60_000;
const COMMENT_CHARS_MAX = 1_000;
const NO_ERRORS: readonly FieldError[] = [];
const REPEATS: readonly { value: SilenceDraft['repeat']; label: string }[] = [
  { value: 'never', label: 'Once' },
  { value: 'daily', label: 'Every day, at these hours' },
  { value: 'weekly', label: 'Every week, at these hours' },
];

interface SilenceFormProps {
  initial: SilenceDraft;
  /** Open alerts: what is suggested, and which of them would be meant. */
  open: readonly Alert[];
  ruleNames: ReadonlyMap<string, string>;
}

/** What is to be silent, from when to when, and why. */
export function SilenceForm({ initial, open, ruleNames }: SilenceFormProps) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const zone = useTimeZone();
  const nowMs = useNow(MINUTE_MS);
  const workspaceZone = useShell().me.workspace.time_zone;
  const [begun] = useState(initial);
  const [draft, setDraft] = useState(initial);
  const [errors, setErrors] = useState(NO_ERRORS);
  const saving = useMutation({
    mutationFn: createSilence,
    onSuccess: () => Promise.all([SILENCES_KEY, ALERTS_KEY].map((queryKey) => client.invalidateQueries({ queryKey }))),
    onError: (error) => setErrors(asProblem(error).errors),
  });
  const created = saving.data;
  // Not before the form knows that nothing is lost by leaving it.
  useEffect(() => {
    if (created === undefined) return;
    const { state } = created;
    void navigate({ to: '/alerts/silences', search: { created: 'true', ...(state === 'active' ? {} : { state }) } });
  }, [created, navigate]);
  const set = (changes: Partial<SilenceDraft>) => {
    setDraft((before) => ({ ...before, ...changes }));
    setErrors(NO_ERRORS);
    saving.reset();
  };
  const result = silenceBody(draft, nowMs, zone);
  const matchers = Object.fromEntries(
    draft.matchers.filter(({ key, value }) => key.trim() !== '' && value.trim() !== '').map(({ key, value }) => [key.trim(), value.trim()]),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const now = silenceBody(draft, Date.now(), zone);
    if ('errors' in now) setErrors(now.errors);
    else saving.mutate(now.body);
  };
  const failure = saving.error !== null && errors.length === 0 ? asProblem(saving.error).message : undefined;
  const general = errors.filter(({ pointer }) => !/^\/(?:matchers\/\d|starts_at|ends_at|comment)/.test(pointer)).map(({ message }) => message);
  return (
    <form className="settings" aria-label="Silence" noValidate onSubmit={submit}>
      <LeaveGuard dirty={saving.data === undefined && !sameDraft(draft, begun)} />
      <Panel title="Which alerts" note="all of it must fit">
        <div className="setting-body">
          <MatcherRows rows={draft.matchers} open={open} ruleNames={ruleNames} errors={errors} onChange={(next) => set({ matchers: next })} />
          <FittingAlerts open={open} matchers={matchers} />
        </div>
      </Panel>
      <Panel title="When">
        <div className="setting-body">
          <div className="field-line">
            <TextField
              label="From"
              placeholder="now"
              value={draft.starts}
              problem={problemAt(errors, '/starts_at')}
              hint={`Empty: now. Else as on your clock: ${formatMinute(nowMs, zone)}`}
              onChange={(starts) => set({ starts })}
            />
            <SelectField label="For" value={draft.duration} options={DURATIONS} onChange={(duration) => set({ duration })} />
            {draft.duration === 'until' ? (
              <TextField
                label="Until"
                placeholder={formatMinute(nowMs + 8 * 60 * MINUTE_MS, zone)}
                value={draft.ends}
                problem={problemAt(errors, '/ends_at')}
                onChange={(ends) => set({ ends })}
              />
            ) : (
              <FieldText problem={problemAt(errors, '/ends_at')} />
            )}
            <SelectField
              label="Again"
              value={draft.repeat}
              options={REPEATS}
              hint={draft.repeat === 'never' ? undefined : `By the calendar of ${workspaceZone}, until somebody ends it`}
              onChange={(repeat) => set({ repeat })}
            />
          </div>
          <p className="setting-text" role="status">
            {'body' in result
              ? `Nobody is told from ${result.body.starts_at === undefined ? 'now' : formatMinute(Date.parse(result.body.starts_at), zone)} until ${formatMinute(Date.parse(result.body.ends_at), zone)}${draft.repeat === 'never' ? '' : draft.repeat === 'daily' ? ', and at these hours every day' : ', and at these hours every week'}. Alerts open and resolve as ever.`
              : ''}
          </p>
        </div>
      </Panel>
      <Panel title="Why">
        <div className="setting-body">
          <TextField
            label="Comment"
            placeholder="Deployment of the planner"
            maxLength={COMMENT_CHARS_MAX}
            value={draft.comment}
            problem={problemAt(errors, '/comment')}
            onChange={(comment) => set({ comment })}
          />
        </div>
      </Panel>
      <div className="save-bar">
        <div className="save-bar-words" role="status">
          {failure !== undefined || errors.length > 0 ? (
            <span className="worse">Not created: {failure ?? (general.length > 0 ? general.join('; ') : 'look at the fields above.')}</span>
          ) : (
            'It holds within seconds, and everybody with access sees it.'
          )}
        </div>
        <div className="save-bar-actions">
          <Button onClick={() => void navigate({ to: '/alerts/silences' })} disabled={saving.isPending}>
            Cancel
          </Button>
          <Button type="submit" variant="primary" disabled={saving.isPending}>
            {saving.isPending ? 'Waiting …' : 'Create the silence'}
          </Button>
        </div>
      </div>
    </form>
  );
}
