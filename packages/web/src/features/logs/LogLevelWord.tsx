import type { LogLevel } from '@sightglass/contract/log';
import './logLevelWord.css';

/** A level as its word; the colour repeats it. */
export function LogLevelWord({ level }: { level: LogLevel }) {
  return <span className={`log-level log-level-${level.toLowerCase()}`}>{level}</span>;
}
