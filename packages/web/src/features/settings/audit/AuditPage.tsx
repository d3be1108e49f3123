import type { AuditFormat } from '@sightglass/contract/routes/audit';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Download } from 'lucide-react';
import { type AuditParameters, auditFileAddress, auditQuery } from '../../../api/audit.ts';
import { ProblemState } from '../../../api/ProblemState.tsx';
import { useSearchText } from '../../../routing/useSearchText.ts';
import { useShell } from '../../../shell/shellContext.ts';
import { Button, buttonClass } from '../../../ui/Button.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import { EmptyState } from '../../../ui/StateMessage.tsx';
import { SettingsPage } from '../SettingsPage.tsx';
import { AuditFilters } from './AuditFilters.tsx';
import { auditParameters, scopeOf } from './auditPlace.ts';
import { AuditTable } from './AuditTable.tsx';
import { VerifyPanel } from './VerifyPanel.tsx';
import '../../../ui/narrowCards.css';
import '../../../ui/table.css';
import './audit.css';

const FORMATS: readonly { format: AuditFormat; label: string }[] = [
  { format: 'csv', label: 'CSV' },
  { format: 'json', label: 'JSON' },
];

/** Who changed what, and whether that record is whole. */
export function AuditPage() {
  const { permissions } = useShell().me;
  return (
    <SettingsPage title="Audit log" readOnlyNote={false}>
      {permissions.includes('audit.read') ? (
        <AuditLog mayManageInstance={permissions.includes('instance.manage')} />
      ) : (
        <EmptyState title="You may not read the audit log">
          Your role has not the permission to read it. Owners, admins and auditors of the workspace have; ask one of them.
        </EmptyState>
      )}
    </SettingsPage>
  );
}

function AuditLog({ mayManageInstance }: { mayManageInstance: boolean }) {
  const search = useSearchText();
  const parameters = auditParameters(search, mayManageInstance);
  const scope = scopeOf(search, mayManageInstance);
  const query = useInfiniteQuery(auditQuery(parameters));
  const entries = query.data?.pages.flatMap(({ items }) => items);
  const filtered = Object.keys(parameters).length > 1;
  return (
    <div className="settings audit">
      <Panel
        title="Audit log"
        note={scope === 'instance' ? 'of the instance, newest first' : 'of this workspace, newest first'}
        end={<ExportLinks parameters={parameters} />}
      >
        <AuditFilters scope={scope} mayManageInstance={mayManageInstance} />
        {query.error !== null && entries === undefined ? (
          <ProblemState error={query.error} what="The audit log could not be read" onRetry={() => void query.refetch()} />
        ) : entries?.length === 0 ? (
          <EmptyState title={filtered ? 'No entry matches' : 'Nothing was changed yet'}>
            {filtered
              ? 'Remove a filter, or look at another time. What begins with a word and a dot, such as price., finds all of its actions.'
              : 'Every change of settings, keys, members and prices will stand here, and every sign-in.'}
          </EmptyState>
        ) : (
          <AuditTable key={JSON.stringify(parameters)} entries={entries} busy={query.isFetching} />
        )}
        {query.hasNextPage ? (
          <div className="audit-more">
            <Button disabled={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
              {query.isFetchingNextPage ? 'Loading …' : 'Load more'}
            </Button>
            {query.isFetchNextPageError ? (
              <span className="worse" role="alert">
                Could not be loaded. Try again.
              </span>
            ) : null}
          </div>
        ) : null}
      </Panel>
      <VerifyPanel key={scope} scope={scope} />
    </div>
  );
}

/** Links, not buttons: the browser writes the file as it comes, whatever its length. */
function ExportLinks({ parameters }: { parameters: AuditParameters }) {
  return (
    <>
      {FORMATS.map(({ format, label }) => (
        <a
          key={format}
          className={buttonClass()}
          href={auditFileAddress(parameters, format)}
          download
          title={`All that the filters find, as ${label}`}
        >
          <Download aria-hidden="true" />
          {label}
        </a>
      ))}
    </>
  );
}
