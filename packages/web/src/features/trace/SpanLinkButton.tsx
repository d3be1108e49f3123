import type { ReactNode } from 'react';
import { useTrace } from './traceContext.ts';

/** Goes to a span of this trace and opens its detail. */
export function SpanLinkButton({ node, children, label }: { node: number; children: ReactNode; label?: string }) {
  const { dispatch } = useTrace();
  return (
    <button
      type="button"
      className="link text-button"
      {...(label === undefined ? {} : { 'aria-label': label })}
      onClick={() => dispatch({ type: 'go', node, open: true })}
    >
      {children}
    </button>
  );
}
