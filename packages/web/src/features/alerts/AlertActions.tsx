import type { AlertDetail } from '@sightglass/contract/alert';
import { Link } from '@tanstack/react-router';
import { AlarmClock, BellOff, CheckCircle2, Eye } from 'lucide-react';
import { useState } from 'react';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { ResolveDialog, SnoozeDialog } from './ActDialogs.tsx';
import { ActReport } from './ActReport.tsx';
import type { Act, Acted } from './actOnAlerts.ts';
import { silenceSearch } from './alertLinks.ts';
import { useActRefusal, useActs } from './useActs.ts';

/** What can be done about one alert, and what came of it. */
export function AlertActions({ alert }: { alert: AlertDetail }) {
  const refusal = useActRefusal();
  const [asked, setAsked] = useState<'resolve' | 'snooze' | null>(null);
  const [report, setReport] = useState<Acted | null>(null);
  const acts = useActs((acted) => {
    setReport(acted);
    setAsked(null);
  });
  const act = (does: Act) => {
    setReport(null);
    acts.mutate({ alerts: [alert], act: does });
  };
  const dialog = { alerts: [alert], busy: acts.isPending, onAct: act, onClose: () => setAsked(null) };
  const off = refusal !== undefined || acts.isPending;
  const isActive = alert.status === 'active';
  return (
    <section aria-label="Act on the alert">
      {alert.status === 'resolved' ? null : (
        <div className="alert-actions">
          {isActive ? (
            <Button variant="primary" disabled={off} title={refusal} onClick={() => act({ verb: 'acknowledge' })}>
              <Eye aria-hidden="true" />
              {acts.isPending && acts.variables.act.verb === 'acknowledge' ? 'Acknowledging …' : 'Acknowledge'}
            </Button>
          ) : null}
          <Button variant={isActive ? 'default' : 'primary'} disabled={off} title={refusal} onClick={() => setAsked('resolve')}>
            <CheckCircle2 aria-hidden="true" />
            Resolve …
          </Button>
          <Button disabled={off} title={refusal} onClick={() => setAsked('snooze')}>
            <AlarmClock aria-hidden="true" />
            Snooze …
          </Button>
          {refusal === undefined ? (
            <Link to="/alerts/silences/new" search={silenceSearch(alert)} className={buttonClass()}>
              <BellOff aria-hidden="true" />
              Silence like this …
            </Link>
          ) : (
            <span className="dim">{refusal}.</span>
          )}
        </div>
      )}
      <ActReport acted={report} onDismiss={() => setReport(null)} />
      {asked === 'resolve' ? <ResolveDialog {...dialog} /> : null}
      {asked === 'snooze' ? <SnoozeDialog {...dialog} /> : null}
    </section>
  );
}
