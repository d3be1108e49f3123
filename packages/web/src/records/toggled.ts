/** The set with the value, or without it if it was there. */
export function toggled(before: ReadonlySet<string>, value: string): ReadonlySet<string> {
  const after = new Set(before);
  if (!after.delete(value)) after.add(value);
  return after;
}
