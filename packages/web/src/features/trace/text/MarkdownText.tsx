import Markdown, { type Components } from 'react-markdown';
import rehypeSanitize from 'rehype-sanitize';
import remarkGfm from 'remark-gfm';
import { htmlAsText } from './htmlAsText.ts';
import { safeLink } from '../model/safeLink.ts';
import { InlineDataNote } from './InlineDataNote.tsx';
import './markdownText.css';

/** Loaded only when there is Markdown to show. Raw HTML in it stays text; images are named, never loaded. */
export function MarkdownText({ text }: { text: string }) {
  return (
    <div className="markdown">
      <Markdown remarkPlugins={REMARK} rehypePlugins={REHYPE} components={COMPONENTS} urlTransform={(url) => safeLink(url) ?? ''}>
        {text}
      </Markdown>
    </div>
  );
}

const REMARK = [remarkGfm, htmlAsText];
const REHYPE = [rehypeSanitize];

const COMPONENTS: Components = {
  a({ href, children }) {
    const address = safeLink(href);
    if (address === null) return <span>{children}</span>;
    // The address stands beside the words, so that words cannot promise another one.
    const hidesAddress = children !== href;
    return (
      <>
        <a className="link" href={address} target="_blank" rel="noopener noreferrer nofollow">
          {children}
        </a>
        {hidesAddress ? <span className="markdown-address"> ({address.length > 120 ? `${address.slice(0, 120)}…` : address})</span> : null}
      </>
    );
  },
  img({ src, alt }) {
    return (
      <InlineDataNote
        mediaType={alt === undefined || alt === '' ? 'image' : `image: ${alt}`}
        sizeBytes={null}
        address={typeof src === 'string' && src !== '' ? src : null}
      />
    );
  },
  table({ children }) {
    return (
      <div className="markdown-table">
        <table>{children}</table>
      </div>
    );
  },
};
