import { type ReactNode, useId } from 'react';
import './panel.css';

interface PanelProps {
  title: ReactNode;
  /** Unit, range, count: what one must know to read the panel. */
  note?: ReactNode;
  /** Controls at the end of the heading. */
  end?: ReactNode;
  children: ReactNode;
  className?: string;
}

/** A headed region of a page. Panels do not nest. */
export function Panel({ title, note, end, children, className }: PanelProps) {
  const headingId = useId();
  return (
    <section className={`panel ${className ?? ''}`} aria-labelledby={headingId}>
      <header className="panel-head">
        <h2 id={headingId}>{title}</h2>
        {note === undefined ? null : <small>{note}</small>}
        {end === undefined ? null : <div className="panel-end">{end}</div>}
      </header>
      {children}
    </section>
  );
}
