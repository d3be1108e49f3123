import { CopyButton } from './CopyButton.tsx';
import './codeBlock.css';

/** Lines to copy: a file, or what to run. `title` says which. */
export function CodeBlock({ title, code }: { title: string; code: string }) {
  return (
    <figure className="code-block">
      <figcaption>
        {title}
        <CopyButton text={code} label={`Copy: ${title}`} />
      </figcaption>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- long lines scroll, which the keyboard must reach */}
      <pre tabIndex={0}>
        <code>{code}</code>
      </pre>
    </figure>
  );
}
