import { useId } from 'react';
import { TextField } from '../../../ui/TextField.tsx';

interface TimeZoneInputProps {
  value: string;
  onChange: (value: string) => void;
  problem?: string | undefined;
  disabled?: boolean;
}

/** An IANA zone, with those that the browser knows to choose from. */
export function TimeZoneInput({ value, onChange, problem, disabled = false }: TimeZoneInputProps) {
  const listId = useId();
  return (
    <>
      <TextField
        label="Time zone"
        hint="Its days and months begin by this clock: in the overview, in costs and in forecasts."
        placeholder="Europe/Vienna"
        list={listId}
        maxLength={64}
        value={value}
        problem={problem}
        disabled={disabled}
        onChange={onChange}
      />
      <datalist id={listId}>
        {['UTC', ...Intl.supportedValuesOf('timeZone')].map((zone) => (
          <option key={zone} value={zone}>
            {zone}
          </option>
        ))}
      </datalist>
    </>
  );
}
