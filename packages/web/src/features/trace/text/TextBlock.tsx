import { lazy, Suspense, useState } from 'react';
import { CopyButton } from '../../../ui/CopyButton.tsx';
import { formatCount } from '../../../ui/formatCount.ts';
import { usePreference } from '../../../ui/preference.ts';
import { formatBytes } from '../model/formatBytes.ts';
import { inlineDataOf, parseJsonText } from '../model/jsonText.ts';
import { CLIP_CHARS, clipText, MARKDOWN_CHARS_MAX, STEP_CHARS } from './clipText.ts';
import { InlineDataNote } from './InlineDataNote.tsx';
import { JsonTree } from './JsonTree.tsx';
import { MarkdownBoundary } from './MarkdownBoundary.tsx';
import { textModeChoice } from './textMode.ts';
import './textBlock.css';

const MarkdownText = lazy(() => import('./MarkdownText.tsx').then((module) => ({ default: module.MarkdownText })));

interface TextBlockProps {
  text: string;
  /** Shows the text in the font of code also where it is not JSON: stack traces, queries. */
  code?: boolean;
  /** How much of a long text is shown at first. */
  clipChars?: number;
}

/** Text of any origin and length, in the chosen mode. Nothing of it is ever interpreted as HTML or loaded. */
export function TextBlock({ text, code = false, clipChars = CLIP_CHARS }: TextBlockProps) {
  const mode = usePreference(textModeChoice);
  const [shownChars, setShownChars] = useState<number | null>(null);
  const [markdownAnyway, setMarkdownAnyway] = useState(false);
  const inline = inlineDataOf(text);
  if (inline !== null) return <InlineDataNote mediaType={inline.mediaType} sizeBytes={inline.sizeBytes} />;
  if (mode !== 'raw' && text.length <= MARKDOWN_CHARS_MAX * 16) {
    const value = parseJsonText(text);
    if (value !== undefined) return <JsonTree value={value} source={text} />;
  }
  const shown = shownChars === null ? clipText(text, clipChars) : text.slice(0, shownChars);
  const rest = text.length - shown.length;
  const wantsMarkdown = mode === 'markdown' && !code;
  const asMarkdown = wantsMarkdown && (text.length <= MARKDOWN_CHARS_MAX || markdownAnyway);
  return (
    <div className="text-block">
      {asMarkdown ? (
        <MarkdownBoundary fallback={<pre className="text-plain">{shown}</pre>}>
          <Suspense fallback={<pre className="text-plain">{shown}</pre>}>
            <MarkdownText text={shown} />
          </Suspense>
        </MarkdownBoundary>
      ) : (
        <pre className={code || mode === 'raw' ? 'text-plain text-code' : 'text-plain'}>{shown}</pre>
      )}
      {rest > 0 || shownChars !== null || (wantsMarkdown && !asMarkdown) || mode === 'raw' ? (
        <div className="text-more">
          {rest > 0 ? (
            <button type="button" className="link text-button" onClick={() => setShownChars((shownChars === null ? 0 : shownChars) + STEP_CHARS)}>
              {rest <= STEP_CHARS
                ? `Show all ${formatCount(text.length)} characters`
                : `Show ${formatBytes(STEP_CHARS)} more of ${formatBytes(text.length)}`}
            </button>
          ) : shownChars === null ? null : (
            <button type="button" className="link text-button" onClick={() => setShownChars(null)}>
              Show less
            </button>
          )}
          {wantsMarkdown && !asMarkdown ? (
            <button type="button" className="link text-button" onClick={() => setMarkdownAnyway(true)}>
              {formatBytes(text.length)} of plain text: render as Markdown anyway
            </button>
          ) : null}
          {mode === 'raw' ? <CopyButton text={text} label="Copy raw text" /> : null}
        </div>
      ) : null}
    </div>
  );
}
