interface SuggestionsProps {
  /** What the `list` of the input names. */
  id: string;
  values: readonly string[];
  /** What stands beside a value; absent: the value alone. */
  wordsOf?: (value: string) => string;
}

/** What is offered while somebody types; anything else may be typed. */
export function Suggestions({ id, values, wordsOf }: SuggestionsProps) {
  return (
    <datalist id={id}>
      {values.map((value) => (
        <option key={value} value={value}>
          {wordsOf?.(value) ?? value}
        </option>
      ))}
    </datalist>
  );
}
