import { FileQuestion, Image } from 'lucide-react';
import { formatBytes } from '../model/formatBytes.ts';
import './inlineDataNote.css';

interface InlineDataNoteProps {
  mediaType: string | null;
  sizeBytes: number | null;
  /** Where it lies, as sent; shown as text and never fetched. */
  address?: string | null;
}

/** Stands for an image or file within a message: what it is and how large, without loading or printing it. */
export function InlineDataNote({ mediaType, sizeBytes, address = null }: InlineDataNoteProps) {
  const Icon = mediaType?.startsWith('image/') === true ? Image : FileQuestion;
  const facts = [mediaType ?? 'file', sizeBytes === null ? null : formatBytes(sizeBytes)].filter((fact) => fact !== null).join(' · ');
  return (
    <span className="inline-data">
      <Icon aria-hidden="true" />
      <span>
        {facts}
        <small>{address === null ? 'sent inline, not shown' : 'not loaded from'}</small>
        {address === null ? null : <code>{address.length > 300 ? `${address.slice(0, 300)}…` : address}</code>}
      </span>
    </span>
  );
}
