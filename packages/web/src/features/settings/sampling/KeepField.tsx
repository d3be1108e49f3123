import { formatPercent } from '../../../ui/formatPercent.ts';
import { TextField } from '../../../ui/TextField.tsx';
import { readWholeNumber } from '../fieldErrors.ts';
import { KEEP_ONE_IN_MAX } from './samplingDraft.ts';

interface KeepFieldProps {
  label: string;
  value: string;
  problem: string | undefined;
  onChange: (value: string) => void;
}

/** How many one that is kept stands for, with the part that this is. */
export function KeepField({ label, value, problem, onChange }: KeepFieldProps) {
  const oneIn = readWholeNumber(value, 1, KEEP_ONE_IN_MAX);
  const hint = oneIn === null ? undefined : oneIn === 1 ? 'all of them' : `keeps ${formatPercent(1 / oneIn)}`;
  return <TextField label={label} className="keep-field" inputMode="numeric" value={value} problem={problem} hint={hint} onChange={onChange} />;
}
