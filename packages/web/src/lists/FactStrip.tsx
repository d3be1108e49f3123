import type { ReactNode } from 'react';
import './factStrip.css';

/** The figures and facts of one thing in a line. */
export function FactStrip({ children, className = '' }: { children: ReactNode; className?: string }) {
  return <dl className={`fact-strip ${className}`}>{children}</dl>;
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
