import type { Alert } from '@sightglass/contract/alert';
import { type FormEvent, useId, useState } from 'react';
import { useTimeZone } from '../../time/timeZone.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { DialogActions } from '../../ui/DialogActions.tsx';
import { formatQuantity } from '../../ui/formatCount.ts';
import { formatMinute, zoneLabel } from '../../ui/formatTime.ts';
import { FieldText, TextField } from '../../ui/TextField.tsx';
import type { Act } from './actOnAlerts.ts';
import { SNOOZE_CHOICES, type SnoozeChoice, snoozeUntil } from './snoozeUntil.ts';
import '../../ui/field.css';

const NOTES_CHARS_MAX = 2_000;

interface ActDialogProps {
  alerts: readonly Alert[];
  busy: boolean;
  onAct: (act: Act) => void;
  onClose: () => void;
}

const nameOf = (alerts: readonly Alert[]) => (alerts.length === 1 ? `“${alerts[0]?.rule_name}”` : formatQuantity(alerts.length, 'alert'));

/** Ends alerts, with what was found out. */
export function ResolveDialog({ alerts, busy, onAct, onClose }: ActDialogProps) {
  const id = useId();
  const [notes, setNotes] = useState('');
  const send = (event: FormEvent) => {
    event.preventDefault();
    onAct({ verb: 'resolve', notes: notes.trim() });
  };
  return (
    <Dialog open onOpenChange={(open) => (open || busy ? undefined : onClose())} title={`Resolve ${nameOf(alerts)}`}>
      <form className="dialog-body act-form" onSubmit={send}>
        <p>While the condition still holds, it opens again after the cooldown of its rule.</p>
        <div className="text-field">
          <label htmlFor={id}>Notes</label>
          <textarea id={id} className="field" rows={4} maxLength={NOTES_CHARS_MAX} value={notes} onChange={(event) => setNotes(event.target.value)} />
          <FieldText hint="What it was, and what was done. Kept with the alert." />
        </div>
        <DialogActions send="Resolve" busy={busy} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

/** Tells nobody of alerts for a while. */
export function SnoozeDialog({ alerts, busy, onAct, onClose }: ActDialogProps) {
  const id = useId();
  const zone = useTimeZone();
  const [openedAtMs] = useState(() => Date.now());
  const [choice, setChoice] = useState<SnoozeChoice>('1h');
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<string>();
  const send = (event: FormEvent) => {
    event.preventDefault();
    const end = snoozeUntil(choice, typed, Date.now(), zone);
    setProblem('problem' in end ? end.problem : undefined);
    if ('until' in end) onAct({ verb: 'snooze', until: end.until });
  };
  const end = snoozeUntil(choice, typed, openedAtMs, zone);
  const endMs = 'until' in end ? Date.parse(end.until) : undefined;
  return (
    <Dialog open onOpenChange={(open) => (open || busy ? undefined : onClose())} title={`Snooze ${nameOf(alerts)}`}>
      <form className="dialog-body act-form" onSubmit={send} noValidate>
        <fieldset className="act-choices">
          <legend>Tell nobody for</legend>
          {SNOOZE_CHOICES.map(({ value, label }) => (
            <label key={value} htmlFor={`${id}-${value}`}>
              <input id={`${id}-${value}`} type="radio" name={id} checked={choice === value} onChange={() => setChoice(value)} />
              {label}
            </label>
          ))}
        </fieldset>
        {choice === 'typed' ? (
          <TextField
            label="Day and time"
            placeholder={formatMinute(openedAtMs, zone)}
            value={typed}
            problem={problem}
            hint={`On the clock of ${zone}`}
            onChange={(text) => {
              setTyped(text);
              setProblem(undefined);
            }}
          />
        ) : null}
        <p className="dim">
          {endMs === undefined
            ? 'It stays open, and is told of when the time is over.'
            : `It stays open, and is told of again after ${formatMinute(endMs, zone)} ${zoneLabel(zone, endMs)}.`}
        </p>
        <DialogActions send="Snooze" busy={busy} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
