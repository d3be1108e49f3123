import type { Alert } from '@sightglass/contract/alert';
import { AlarmClock, CheckCircle2, Eye } from 'lucide-react';
import { useState } from 'react';
import { useShortcuts } from '../../shell/shortcuts.ts';
import { Button } from '../../ui/Button.tsx';
import { formatQuantity } from '../../ui/formatCount.ts';
import { Kbd } from '../../ui/Kbd.tsx';
import { ResolveDialog, SnoozeDialog } from './ActDialogs.tsx';
import { ActReport } from './ActReport.tsx';
import type { Act, Acted } from './actOnAlerts.ts';
import { useActRefusal, useActs } from './useActs.ts';

interface ActBarProps {
  /** Open alerts on which the buttons act. */
  ticked: readonly Alert[];
  /** The one on which the keys act while none is ticked. */
  focused: Alert | undefined;
  /** Whether there is anything to tick. */
  mayTick: boolean;
  /** The ids of those with which it was done. */
  onActed: (ids: ReadonlySet<string>) => void;
  onClear: () => void;
}

/** What can be done about the ticked alerts, and what came of it. */
export function ActBar({ ticked, focused, mayTick, onActed, onClear }: ActBarProps) {
  const refusal = useActRefusal();
  const [asked, setAsked] = useState<'resolve' | 'snooze' | null>(null);
  const [report, setReport] = useState<Acted | null>(null);
  const acts = useActs((acted) => {
    setReport(acted);
    setAsked(null);
    onActed(new Set(acted.done.map(({ id }) => id)));
  });
  const chosen = ticked.length > 0 ? ticked : focused === undefined || focused.status === 'resolved' ? [] : [focused];
  const act = (does: Act, alerts: readonly Alert[] = ticked) => {
    setReport(null);
    acts.mutate({ alerts, act: does });
  };
  useShortcuts([
    {
      keys: 'a',
      label: 'Acknowledge the ticked alerts, or the one you are at',
      group: 'List',
      run: () => (refusal !== undefined || acts.isPending || chosen.length === 0 ? undefined : act({ verb: 'acknowledge' }, chosen)),
    },
  ]);
  const dialog = { alerts: ticked, busy: acts.isPending, onAct: act, onClose: () => setAsked(null) };
  const off = acts.isPending || ticked.length === 0;
  return (
    <>
      {!mayTick ? null : refusal !== undefined ? (
        <p className="act-bar dim">{refusal}.</p>
      ) : (
        <div
          className={ticked.length === 0 ? 'act-bar act-bar-idle' : 'act-bar'}
          role="toolbar"
          aria-label="Ticked alerts"
          aria-busy={acts.isPending}
        >
          <span className={ticked.length === 0 ? 'dim' : undefined}>
            {ticked.length === 0 ? 'Tick alerts to act on several' : `${formatQuantity(ticked.length, 'alert')} ticked`}
          </span>
          <Button disabled={off} onClick={() => act({ verb: 'acknowledge' })}>
            <Eye aria-hidden="true" />
            {acts.isPending ? 'Waiting …' : 'Acknowledge'}
            <Kbd keys="a" />
          </Button>
          <Button disabled={off} onClick={() => setAsked('snooze')}>
            <AlarmClock aria-hidden="true" />
            Snooze …
          </Button>
          <Button disabled={off} onClick={() => setAsked('resolve')}>
            <CheckCircle2 aria-hidden="true" />
            Resolve …
          </Button>
          {ticked.length === 0 ? null : (
            <Button variant="ghost" disabled={acts.isPending} onClick={onClear}>
              Tick none
            </Button>
          )}
        </div>
      )}
      <ActReport acted={report} onDismiss={() => setReport(null)} />
      {asked === 'resolve' && ticked.length > 0 ? <ResolveDialog {...dialog} /> : null}
      {asked === 'snooze' && ticked.length > 0 ? <SnoozeDialog {...dialog} /> : null}
    </>
  );
}
