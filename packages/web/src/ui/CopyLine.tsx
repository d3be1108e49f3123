import { CopyButton } from './CopyButton.tsx';
import './copyLine.css';

/** A text that a person takes with them: a key, a link. `label` says what the button copies. */
export function CopyLine({ text, label }: { text: string; label: string }) {
  return (
    <div className="copy-line">
      <code>{text}</code>
      <CopyButton text={text} label={label} withLabel />
    </div>
  );
}
