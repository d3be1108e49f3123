import { AlertTriangle, CircleDashed } from 'lucide-react';
import { useMemo } from 'react';
import { Tooltip } from '../../../ui/Tooltip.tsx';
import type { TraceModel } from '../model/traceModel.ts';
import { traceNotes } from '../model/traceNotes.ts';
import './traceNotes.css';

/** What is broken, unfinished or unknown about the trace; nothing when all is sound. */
export function TraceNotes({ model }: { model: TraceModel }) {
  const notes = useMemo(() => traceNotes(model), [model]);
  if (notes.length === 0) return null;
  return (
    <ul className="trace-notes" aria-label="Notes on this trace">
      {notes.map((note) => (
        <li key={note.id}>
          <Tooltip text={note.detail}>
            <button type="button" data-note={note.id}>
              {note.id === 'running' ? <CircleDashed aria-hidden="true" className="pulse" /> : <AlertTriangle aria-hidden="true" />}
              {note.text}
              <span className="visually-hidden">. {note.detail}</span>
            </button>
          </Tooltip>
        </li>
      ))}
    </ul>
  );
}
