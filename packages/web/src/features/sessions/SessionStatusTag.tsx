import { SESSION_LIVE_MINUTES, type Session } from '@sightglass/contract/session';
import { Radio } from 'lucide-react';

/** Whether more is to be expected of a session. */
export function SessionStatusTag({ status }: { status: Session['status'] }) {
  return status === 'live' ? (
    <span className="tag tag-info" title={`A run is in progress, or was within the last ${SESSION_LIVE_MINUTES} minutes`}>
      <Radio aria-hidden="true" className="pulse" />
      Live
    </span>
  ) : (
    <span className="dim" title={`Nothing for more than ${SESSION_LIVE_MINUTES} minutes`}>
      Ended
    </span>
  );
}
