import type { ReactNode } from 'react';
import './factStrip.css';

/** The figures and facts of one thing in a line. */
export function FactStrip({ children }: { children: ReactNode }) {
  return <dl className="fact-strip">{children}</dl>;
}

/** Nothing is shown where there is nothing to say. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === null || children === undefined) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
