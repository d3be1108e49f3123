import type { AuditEntry, AuditFormat, AuditScope, AuditVerification } from '@sightglass/contract/routes/audit';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { requestJson } from './request.ts';

const PATH = '/api/obs/audit';
const PAGE_SIZE = 50;

/** Filters and the scope, by the names of the API. */
export type AuditParameters = Readonly<Record<string, string>>;

interface AuditPage {
  items: AuditEntry[];
  next_cursor: string | null;
}

/** The audit log, newest first, page by page. */
export const auditQuery = (parameters: AuditParameters) =>
  infiniteQueryOptions({
    queryKey: ['audit', parameters],
    queryFn: ({ pageParam, signal }) => requestJson<AuditPage>(PATH, { query: { ...parameters, limit: PAGE_SIZE, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next_cursor ?? undefined,
  });

/** Where the browser fetches all of it as a file: it is written to disk as it comes, however long the log. */
export const auditFileAddress = (parameters: AuditParameters, format: AuditFormat): string =>
  `${PATH}?${new URLSearchParams({ ...parameters, format }).toString()}`;

/** Whether the log is whole; `noted`: a head code of earlier. */
export const verifyAudit = (scope: AuditScope, noted: string) =>
  requestJson<AuditVerification>(`${PATH}/verify`, { query: { scope, noted: noted === '' ? undefined : noted } });
