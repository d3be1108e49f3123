import type { IngestHealth } from '@sightglass/contract/routes/ingest';
import type { Refusal } from '../firstRun/refusalAdvice.ts';
import { wayInLabel } from './wayIn.ts';

export interface LastError {
  source: string;
  wayIn: string;
  message: string;
  advice: string;
}

/** The last error of each way in, without those that already stand in the list of the last hour, which knows more about them. */
export function lastErrors(items: readonly IngestHealth[], listed: readonly Pick<Refusal, 'message'>[]): LastError[] {
  return items.flatMap(({ source, last_error: message, rejected, quarantined }) => {
    if (message === null || listed.some((refusal) => refusal.message.includes(message))) return [];
    return [{ source, wayIn: wayInLabel(source), message, advice: adviceFor({ rejected, quarantined }) }];
  });
}

/** Which of the two an error is about is known only when the other did not happen. */
function adviceFor({ rejected, quarantined }: Pick<IngestHealth, 'rejected' | 'quarantined'>): string {
  if (quarantined > 0 && rejected === 0)
    return 'The sender has its acknowledgement and will not send this again. The list of the quarantine below tells where it lies.';
  if (rejected > 0 && quarantined === 0) return 'Correct it in the sender: what was refused is not sent again by itself.';
  return 'The last of several. Single items were refused, or set aside in the quarantine below.';
}
