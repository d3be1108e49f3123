import { useEffect, useRef } from 'react';
import { useSearchText, useSetSearchText } from '../../routing/useSearchText.ts';

/** Browsers refuse history changes that come too fast: running down the tree writes the URL when it pauses. */
const WRITE_AFTER_MS = 200;

/** Keeps the open span in the URL (`span`), and follows the URL when someone goes back or forward. */
export function useUrlSpan(openSpanId: string | null, onUrlSpan: (spanId: string | null) => void): void {
  const inUrl = useSearchText().span ?? null;
  const setSearch = useSetSearchText();
  const known = useRef(inUrl);
  const onChange = useRef(onUrlSpan);
  useEffect(() => {
    onChange.current = onUrlSpan;
  }, [onUrlSpan]);
  useEffect(() => {
    if (inUrl === known.current) return;
    known.current = inUrl;
    onChange.current(inUrl);
  }, [inUrl]);
  useEffect(() => {
    if (openSpanId === known.current) return;
    const timer = setTimeout(() => {
      known.current = openSpanId;
      setSearch({ span: openSpanId ?? undefined });
    }, WRITE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [openSpanId, setSearch]);
}
