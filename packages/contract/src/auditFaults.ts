/** Why an audit log does not hold. */
export const AUDIT_FAULTS = {
  changed: 'the entry was changed, put in another place, or written by somebody who does not have the secret of the instance',
  missing: 'the entry was removed',
  'tail-missing': 'the last entries were removed',
  added: 'the entry was added behind the end of the log',
  'head-changed': 'the end of the log was written anew: entries after it may be missing',
  'head-missing': 'the end of the log was removed',
  'not-as-noted': 'it is not the log whose head code was noted down',
} as const;
export type AuditFault = keyof typeof AUDIT_FAULTS;

/** A state of a log to be noted down outside: how many entries there are, and the code of its end. */
export const HEAD_CODE_PATTERN = /^\d{1,15}:[0-9a-f]{64}$/;
