import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { MarkdownText } from './MarkdownText.tsx';

const html = (text: string) => renderToStaticMarkup(<MarkdownText text={text} />);

describe('MarkdownText', () => {
  it('renders Markdown and tables', () => {
    expect(html('**bold**')).toContain('<strong>bold</strong>');
    expect(html('| a |\n|---|\n| 1 |')).toContain('<td>1</td>');
  });

  it('shows HTML as the text it is, in a line and as a block', () => {
    expect(html('Say <b>this</b>')).toContain('Say &lt;b&gt;this&lt;/b&gt;');
    expect(html('<instructions>\nbe kind\n</instructions>')).toContain('&lt;instructions&gt;');
    expect(html('<img src=x onerror=alert(1)>')).not.toContain('<img');
    expect(html('<script>alert(1)</script>')).not.toContain('<script');
  });

  it('names images and loads none', () => {
    const shown = html('![chart](https://example.com/pixel.png)');
    expect(shown).not.toContain('<img');
    expect(shown).not.toContain('src=');
    expect(shown).toContain('https://example.com/pixel.png');
  });

  it('opens only safe links, without a way back, and says where they lead', () => {
    const shown = html('[your bank](https://example.com/phish)');
    expect(shown).toContain('rel="noopener noreferrer nofollow"');
    expect(shown).toContain('(https://example.com/phish)');
    expect(html('[x](javascript:alert(1))')).not.toContain('href');
    expect(html('[x](data:text/html,x)')).not.toContain('href');
  });

  it('makes no ids that could be aimed at by the page', () => {
    expect(html('note[^1]\n\n[^1]: here')).not.toMatch(/id="(?!user-content)/);
  });
});
