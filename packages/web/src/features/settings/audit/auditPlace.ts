import type { AuditScope } from '@sightglass/contract/routes/audit';
import type { AuditParameters } from '../../../api/audit.ts';
import type { SearchText } from '../../../routing/searchText.ts';
import { resolveTime } from '../../../time/timeRange.ts';

export const AUDIT_FILTERS = ['actor', 'action', 'target', 'from', 'to'] as const;
export type AuditFilter = (typeof AUDIT_FILTERS)[number];

const ACTION = /^[a-z0-9_]+(?:\.[a-z0-9_]+)*\.?$/;

/** Whether the API takes the value, so that a mangled link still opens. */
export function isAllowed(name: AuditFilter, value: string): boolean {
  if (name === 'action') return ACTION.test(value) && value.length <= 100;
  if (name === 'from' || name === 'to') return resolveTime(value, 0) !== undefined;
  return value.length <= 320;
}

/** The filters of a URL that can be asked for, by name. */
export function auditFiltersOf(search: SearchText): Partial<Record<AuditFilter, string>> {
  return Object.fromEntries(
    AUDIT_FILTERS.flatMap((name) => {
      const value = search[name];
      return value === undefined || value === '' || !isAllowed(name, value) ? [] : [[name, value]];
    }),
  );
}

/** What the API is asked for. The instance's own log is shown to those who manage it alone. */
export function auditParameters(search: SearchText, mayManageInstance: boolean): AuditParameters {
  return { ...auditFiltersOf(search), scope: scopeOf(search, mayManageInstance) };
}

export const scopeOf = (search: SearchText, mayManageInstance: boolean): AuditScope =>
  mayManageInstance && search.scope === 'instance' ? 'instance' : 'workspace';
