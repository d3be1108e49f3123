import type { Session } from '@sightglass/contract/session';
import { around } from '../trace/model/around.ts';

/** The range in which to look for what belongs to a session. */
export const sessionAround = ({ started_at, duration_ms }: Pick<Session, 'started_at' | 'duration_ms'>) =>
  around({ start_time: started_at, duration_ns: String(Math.round(duration_ms * 1e6)) });
