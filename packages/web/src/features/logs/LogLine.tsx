import type { Log, LogLevel } from '@sightglass/contract/log';
import { FilterValue } from '../../filters/FilterValue.tsx';
import { oneLine, RecordLine, type RecordPlaceName } from '../../records/RecordLine.tsx';
import type { LineState } from '../../records/RecordsPage.tsx';
import { LogDetail } from './LogDetail.tsx';
import { LogLevelWord } from './LogLevelWord.tsx';
import './logLine.css';

const TONES: Readonly<Partial<Record<LogLevel, 'warn' | 'crit'>>> = { WARNING: 'warn', ERROR: 'crit', CRITICAL: 'crit' };

/** One log on one line, with its details below when it is open. */
export function LogLine({ log, place, open, active, onToggle }: LineState & { log: Log; place: RecordPlaceName }) {
  const logger = log.logger ?? log.service_name;
  const inList = place === 'list';
  return (
    <RecordLine
      name={`${log.level.toLowerCase()} log: ${log.message.slice(0, 80)}`}
      className="log"
      record={log}
      tone={TONES[log.level] ?? 'plain'}
      place={place}
      open={open}
      active={active}
      onToggle={() => onToggle(log.log_id)}
      detail={<LogDetail log={log} place={place} />}
    >
      <span className="log-level-cell">
        {inList ? (
          <FilterValue name="level" label="level" value={log.level}>
            <LogLevelWord level={log.level} />
          </FilterValue>
        ) : (
          <LogLevelWord level={log.level} />
        )}
      </span>
      {logger === null ? (
        <span className="log-logger" />
      ) : inList && log.logger !== null ? (
        <span className="log-logger">
          <FilterValue name="logger" label="logger" value={logger} />
        </span>
      ) : (
        <span className="log-logger truncate" title={logger}>
          {logger}
        </span>
      )}
      <span className="record-words">{oneLine(log.message === '' ? (log.exception ?? 'no message') : log.message)}</span>
    </RecordLine>
  );
}
