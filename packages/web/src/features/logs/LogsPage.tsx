import { readLogs } from '../../api/logs.ts';
import { RecordsPage } from '../../records/RecordsPage.tsx';
import { LOG_LIST } from './logFilters.ts';
import { LogLine } from './LogLine.tsx';
import { NothingLogged } from './NothingLogged.tsx';

/** Every log of the range that the filters let through, newest first. */
export function LogsPage() {
  return (
    <RecordsPage
      title="Logs"
      list={LOG_LIST}
      read={readLogs}
      idOf={({ log_id }) => log_id}
      renderLine={(log, state) => <LogLine log={log} place="list" {...state} />}
      renderNothing={(filters, range) => <NothingLogged filters={filters} range={range} />}
    />
  );
}
