import type { ActorKind, AuditEntry } from '@sightglass/contract/routes/audit';
import { ChevronDown, ChevronRight, Cog, KeyRound, type LucideIcon, User } from 'lucide-react';
import { Fragment, useState } from 'react';
import { toggled } from '../../../records/toggled.ts';
import { useSetSearchText } from '../../../routing/useSearchText.ts';
import { RelativeTime } from '../../../time/RelativeTime.tsx';
import { useTimeZone } from '../../../time/timeZone.ts';
import { CopyButton } from '../../../ui/CopyButton.tsx';
import { formatExact } from '../../../ui/formatTime.ts';
import { NOT_SENT } from '../../../ui/formatMoney.ts';
import { LoadingRows } from '../../../ui/LoadingRows.tsx';
import { TableHead } from '../../../ui/TableHead.tsx';
import { AuditDiff } from './AuditDiff.tsx';
import { actionWords, actorWords, targetName } from './auditWords.ts';

const KINDS: Readonly<Record<ActorKind, { Icon: LucideIcon; label: string }>> = {
  member: { Icon: User, label: 'Person' },
  key: { Icon: KeyRound, label: 'API key' },
  system: { Icon: Cog, label: 'The program' },
};
const COLUMNS = 4;

/** What was done, newest first; each entry opens to what it changed. Who and what narrow the list when they are clicked. */
export function AuditTable({ entries, busy }: { entries: readonly AuditEntry[] | undefined; busy: boolean }) {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  return (
    <div className="narrow-scroll" aria-busy={entries === undefined || busy}>
      <table className="table narrow-cards audit-table">
        <TableHead columns={['What', 'Who', 'Target', 'When']} />
        <tbody>
          {entries === undefined ? (
            <LoadingRows columns={COLUMNS} rows={8} />
          ) : (
            entries.map((entry) => (
              <Fragment key={entry.id}>
                <EntryRow entry={entry} open={open.has(entry.id)} onToggle={() => setOpen((before) => toggled(before, entry.id))} />
                {open.has(entry.id) ? (
                  <tr className="audit-open" id={`audit-${entry.id}`}>
                    <td colSpan={COLUMNS}>
                      <EntryDetail entry={entry} />
                    </td>
                  </tr>
                ) : null}
              </Fragment>
            ))
          )}
        </tbody>
      </table>
    </div>
  );
}

function EntryRow({ entry, open, onToggle }: { entry: AuditEntry; open: boolean; onToggle: () => void }) {
  const setSearch = useSetSearchText();
  const { actor, target } = entry;
  const { Icon, label } = KINDS[actor.kind];
  const Chevron = open ? ChevronDown : ChevronRight;
  const name = targetName(entry) ?? (target === actor.id ? actorWords(actor) : undefined);
  const filterBy = actor.id ?? (actor.kind === 'system' ? 'system' : actor.name);
  return (
    <tr>
      <th scope="row" className="audit-what">
        <button type="button" aria-expanded={open} aria-controls={open ? `audit-${entry.id}` : undefined} onClick={onToggle}>
          <Chevron aria-hidden="true" />
          <span>{actionWords(entry.action)}</span>
        </button>
      </th>
      <td data-label="Who">
        <span className="audit-who" title={label}>
          <Icon aria-hidden="true" />
          <span className="visually-hidden">{label}: </span>
          {filterBy === null ? (
            actorWords(actor)
          ) : (
            <button
              type="button"
              className="audit-filter truncate"
              title={`Only what ${actorWords(actor)} did`}
              onClick={() => setSearch({ actor: filterBy }, { push: true })}
            >
              {actorWords(actor)}
            </button>
          )}
        </span>
      </td>
      <td data-label="Target">
        <button
          type="button"
          className={`audit-filter truncate ${name === undefined ? 'mono' : ''}`}
          title={`Only what was done to ${target}`}
          onClick={() => setSearch({ target }, { push: true })}
        >
          {name ?? target}
        </button>
      </td>
      <td data-label="When">
        <RelativeTime time={entry.created_at} />
      </td>
    </tr>
  );
}

function EntryDetail({ entry }: { entry: AuditEntry }) {
  const zone = useTimeZone();
  const { actor } = entry;
  const facts: [string, string | null][] = [
    ['When', formatExact(entry.created_at, zone)],
    ['From', actor.address],
    ['Action', entry.action],
    ['Target', entry.target],
    [actor.kind === 'key' ? 'Key' : 'Person', actor.id],
    ['Entry', `${entry.seq}`],
  ];
  return (
    <div className="audit-detail">
      <div className="audit-detail-head">
        <dl className="audit-facts">
          {facts.map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd className="mono">{value ?? NOT_SENT}</dd>
            </div>
          ))}
        </dl>
        <CopyButton text={JSON.stringify(entry, null, 2)} label="Copy the entry as JSON" />
      </div>
      <AuditDiff before={entry.before} after={entry.after} />
    </div>
  );
}
