import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ruleNamesQuery } from '../../api/alertRules.ts';
import { openAlertsToSilenceQuery } from '../../api/alertSilences.ts';
import { useSearchText } from '../../routing/useSearchText.ts';
import { Page } from '../../shell/Page.tsx';
import { useShell } from '../../shell/shellContext.ts';
import { EmptyState } from '../../ui/StateMessage.tsx';
import { AlertsNav } from '../alerts/AlertsNav.tsx';
import { prefilledSilence } from './silenceDraft.ts';
import { SilenceForm } from './SilenceForm.tsx';

const NOTHING: never[] = [];
const NO_NAMES: ReadonlyMap<string, string> = new Map();

/** A new silence; what alerts must have may stand in the URL. */
export function NewSilencePage() {
  const mayChange = useShell().me.permissions.includes('alerts.write');
  const search = useSearchText();
  const open = useQuery(openAlertsToSilenceQuery);
  const ruleNames = useQuery(ruleNamesQuery).data ?? NO_NAMES;
  return (
    <Page
      title="New silence · Alerts"
      heading={
        <>
          <Link to="/alerts/silences" className="page-crumb">
            Silences
          </Link>
          <span className="page-crumb">/</span>
          New silence
        </>
      }
    >
      <AlertsNav />
      {mayChange ? (
        <SilenceForm initial={prefilledSilence(search)} open={open.data ?? NOTHING} ruleNames={ruleNames} />
      ) : (
        <EmptyState title="You may not silence alerts">Owners, admins and editors of the workspace may; ask one of them.</EmptyState>
      )}
    </Page>
  );
}
