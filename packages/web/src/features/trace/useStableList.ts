import { useState } from 'react';

/** The same list as long as it holds the same items, so that what is made from it is made once. */
export function useStableList<T>(list: readonly T[]): readonly T[] {
  const [stable, setStable] = useState(list);
  if (stable.length === list.length && stable.every((item, i) => item === list[i])) return stable;
  setStable(list);
  return list;
}
