import { useId, useState } from 'react';
import { isTimeZone } from '../ui/formatTime.ts';
import { usePreference } from '../ui/preference.ts';
import { browserTimeZone, timeZoneChoice } from './timeZone.ts';

/** Chooses the zone in which all times are shown: the browser's, UTC, or any IANA name. */
export function TimeZoneField() {
  const choice = usePreference(timeZoneChoice);
  const listId = useId();
  const [typed, setTyped] = useState(choice === 'browser' || choice === 'UTC' ? '' : choice);
  const named = choice !== 'browser' && choice !== 'UTC';
  return (
    <fieldset className="time-zone">
      <legend className="time-range-heading">Show times in</legend>
      <label>
        <input type="radio" name={listId} checked={choice === 'browser'} onChange={() => timeZoneChoice.set('browser')} />
        Browser <span className="dim">{browserTimeZone()}</span>
      </label>
      <label>
        <input type="radio" name={listId} checked={choice === 'UTC'} onChange={() => timeZoneChoice.set('UTC')} />
        UTC
      </label>
      <div className="time-zone-named">
        <input
          type="radio"
          name={listId}
          checked={named}
          disabled={!isTimeZone(typed)}
          onChange={() => timeZoneChoice.set(typed)}
          aria-label="Another zone"
        />
        <input
          className="field"
          list={`${listId}-zones`}
          value={typed}
          placeholder="Europe/Berlin"
          aria-label="Zone by IANA name"
          aria-invalid={typed !== '' && !isTimeZone(typed)}
          spellCheck={false}
          onChange={(event) => {
            const zone = event.target.value.trim();
            setTyped(zone);
            if (zone.includes('/') && isTimeZone(zone)) timeZoneChoice.set(zone);
          }}
        />
      </div>
      <datalist id={`${listId}-zones`}>
        {Intl.supportedValuesOf('timeZone').map((zone) => (
          <option key={zone} value={zone}>
            {zone}
          </option>
        ))}
      </datalist>
    </fieldset>
  );
}
