import { type ReactNode, useState } from 'react';
import './spanSection.css';

interface SpanSectionProps {
  title: string;
  /** A count or unit beside the title. */
  note?: ReactNode;
  end?: ReactNode;
  children: ReactNode;
}

/** A headed part of the span panel. */
export function SpanSection({ title, note, end, children }: SpanSectionProps) {
  return (
    <section className="span-section" aria-label={title}>
      <header>
        <h3>{title}</h3>
        {note === undefined ? null : <small>{note}</small>}
        {end === undefined ? null : <div className="span-section-end">{end}</div>}
      </header>
      {children}
    </section>
  );
}

interface FoldedSectionProps extends Omit<SpanSectionProps, 'end'> {
  startsOpen?: boolean;
}

/** A part that is closed until someone wants it; what is inside is made only then. */
export function FoldedSection({ title, note, startsOpen = false, children }: FoldedSectionProps) {
  const [open, setOpen] = useState(startsOpen);
  return (
    <details className="span-folded" open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <h3>{title}</h3>
        {note === undefined ? null : <small>{note}</small>}
      </summary>
      {open ? <div>{children}</div> : null}
    </details>
  );
}
