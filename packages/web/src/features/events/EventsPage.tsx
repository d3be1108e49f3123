import { readEvents } from '../../api/events.ts';
import { RecordsPage } from '../../records/RecordsPage.tsx';
import { EVENT_LIST } from './eventFilters.ts';
import { EventLine } from './EventLine.tsx';
import { eventKey } from './eventKey.ts';
import { NoEvents } from './NoEvents.tsx';

/** The agent event log of the range, newest first. */
export function EventsPage() {
  return (
    <RecordsPage
      title="Events"
      list={EVENT_LIST}
      read={readEvents}
      idOf={eventKey}
      renderLine={(event, state) => <EventLine event={event} {...state} />}
      renderNothing={(filters, range) => <NoEvents filters={filters} range={range} />}
    />
  );
}
