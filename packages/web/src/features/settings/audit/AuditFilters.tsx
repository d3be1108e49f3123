import type { AuditScope } from '@sightglass/contract/routes/audit';
import { X } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { useSearchText, useSetSearchText } from '../../../routing/useSearchText.ts';
import { describeEnd, readTypedTime } from '../../../time/timeRange.ts';
import { useTimeZone } from '../../../time/timeZone.ts';
import { Button } from '../../../ui/Button.tsx';
import { TextField } from '../../../ui/TextField.tsx';
import { AUDIT_FILTERS, type AuditFilter, auditFiltersOf, isAllowed } from './auditPlace.ts';
import { ACTION_FAMILIES } from './auditWords.ts';

const LABELS: Readonly<Record<AuditFilter, { label: string; placeholder: string }>> = {
  actor: { label: 'Who', placeholder: 'e-mail, key or id' },
  action: { label: 'What', placeholder: 'price. or price.set' },
  target: { label: 'Target', placeholder: 'id' },
  from: { label: 'From', placeholder: 'now-30d or 2026-11-01' },
  to: { label: 'To', placeholder: 'now' },
};
const PROBLEMS: Readonly<Record<AuditFilter, string>> = {
  actor: 'is too long',
  action: 'write price.set, or price. for all that begins so',
  target: 'is too long',
  from: 'write now-30d, or 2026-11-01 09:00',
  to: 'write now-1d, or 2026-11-30 18:00',
};

interface AuditFiltersProps {
  scope: AuditScope;
  mayManageInstance: boolean;
}

/** What narrows the log. All of it stands in the URL; what is typed holds once it is sent. */
export function AuditFilters({ scope, mayManageInstance }: AuditFiltersProps) {
  const setSearch = useSetSearchText();
  const active = auditFiltersOf(useSearchText());
  const zone = useTimeZone();
  const id = useId();
  const chosen = Object.keys(active).length;
  return (
    <div className="audit-filters" role="search" aria-label="Filter the audit log">
      {mayManageInstance ? (
        <div className="text-field">
          <label htmlFor={`${id}-scope`}>Log</label>
          <select
            id={`${id}-scope`}
            className="field"
            value={scope}
            onChange={(event) => setSearch({ scope: event.target.value === 'instance' ? 'instance' : undefined }, { push: true })}
          >
            <option value="workspace">this workspace</option>
            <option value="instance">the instance</option>
          </select>
        </div>
      ) : null}
      {/* Another value from elsewhere (back, a click in the table) begins the form anew. */}
      <FilterForm key={`${JSON.stringify(active)} ${zone}`} active={active} />
      {chosen === 0 ? null : (
        <Button variant="ghost" onClick={() => setSearch(Object.fromEntries(AUDIT_FILTERS.map((name) => [name, undefined])), { push: true })}>
          <X aria-hidden="true" />
          Clear
        </Button>
      )}
    </div>
  );
}

function FilterForm({ active }: { active: Partial<Record<AuditFilter, string>> }) {
  const setSearch = useSetSearchText();
  const zone = useTimeZone();
  const families = useId();
  const [typed, setTyped] = useState<Partial<Record<AuditFilter, string>>>(() =>
    Object.fromEntries(Object.entries(active).map(([name, value]) => [name, isTime(name) ? describeEnd(value, zone) : value])),
  );
  const [problem, setProblem] = useState<AuditFilter | null>(null);
  const send = (event?: FormEvent) => {
    event?.preventDefault();
    const next: Partial<Record<AuditFilter, string>> = {};
    for (const name of AUDIT_FILTERS) {
      const text = (typed[name] ?? '').trim();
      const value = text === '' ? '' : isTime(name) ? readTypedTime(text, zone) : text;
      if (value === undefined || (value !== '' && !isAllowed(name, value))) return setProblem(name);
      next[name] = value;
    }
    setProblem(null);
    setSearch(Object.fromEntries(AUDIT_FILTERS.map((name) => [name, next[name]])), { push: true });
  };
  return (
    <form className="audit-filter-form" onSubmit={send} noValidate>
      {AUDIT_FILTERS.map((name) => (
        <TextField
          key={name}
          label={LABELS[name].label}
          placeholder={LABELS[name].placeholder}
          className={`audit-filter-${name}`}
          value={typed[name] ?? ''}
          problem={problem === name ? PROBLEMS[name] : undefined}
          onChange={(text) => setTyped((before) => ({ ...before, [name]: text }))}
          {...(name === 'action' ? { list: families } : {})}
        />
      ))}
      <datalist id={families}>
        {ACTION_FAMILIES.map(({ action, label }) => (
          <option key={action} value={action}>
            {label}
          </option>
        ))}
      </datalist>
      <Button type="submit">Filter</Button>
    </form>
  );
}

const isTime = (name: string) => name === 'from' || name === 'to';
