import type { ReactNode } from 'react';
import { TextField } from '../../ui/TextField.tsx';
import { readNumber } from './ruleBody.ts';
import { minutesWords } from './ruleWords.ts';

const HOUR_MINUTES = 60;

interface MinutesFieldProps {
  label: string;
  value: string;
  problem: string | undefined;
  hint?: ReactNode;
  onChange: (value: string) => void;
}

/** A number of minutes; from an hour on it is said in hours and days, too. */
export function MinutesField({ label, value, problem, hint, onChange }: MinutesFieldProps) {
  const minutes = readNumber(value) ?? 0;
  const words = minutes >= HOUR_MINUTES ? minutesWords(minutes) : '';
  return (
    <TextField
      label={`${label} (min)`}
      inputMode="numeric"
      value={value}
      problem={problem}
      hint={
        words === '' || hint === undefined ? (
          words || hint
        ) : (
          <>
            {words} · {hint}
          </>
        )
      }
      onChange={onChange}
    />
  );
}
