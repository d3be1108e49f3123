import type { Virtualizer } from '@tanstack/react-virtual';
import { useEffect } from 'react';

interface EndOfList {
  /** How many items are loaded. */
  loaded: number;
  hasMore: boolean;
  /** So many items before the end the next page is asked for. */
  ahead: number;
  onEndNear: () => void;
}

/** Asks for the next page before a person comes to the end of what is loaded. */
export function useEndNear(virtual: Virtualizer<HTMLDivElement, Element>, { loaded, hasMore, ahead, onEndNear }: EndOfList): void {
  const last = virtual.getVirtualItems().at(-1)?.index ?? -1;
  useEffect(() => {
    if (hasMore && last >= loaded - ahead) onEndNear();
  }, [last, loaded, ahead, hasMore, onEndNear]);
}
