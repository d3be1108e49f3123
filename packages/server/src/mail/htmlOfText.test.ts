import { expect, it } from 'vitest';
import { htmlOfText } from './htmlOfText.ts';

const bodyOf = (text: string) => /<body[^>]*>\n(.*)\n<\/body>/s.exec(htmlOfText(text))?.[1];

it.each([
  ['one', '<p>one</p>'],
  ['one\ntwo\r\n\r\nthree\n', '<p>one<br>\ntwo</p>\n<p>three</p>'],
  [`<img src=x onerror="a('b')">&amp;`, '<p>&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;amp;</p>'],
  ['https://a.example/?b=1&c=2', '<p><a href="https://a.example/?b=1&amp;c=2">https://a.example/?b=1&amp;c=2</a></p>'],
  ['https://a.example/"onclick="x', '<p><a href="https://a.example/&quot;onclick=&quot;x">https://a.example/&quot;onclick=&quot;x</a></p>'],
  ['agent says: https://evil.example/', '<p>agent says: https://evil.example/</p>'],
  ['javascript:alert(1)', '<p>javascript:alert(1)</p>'],
  ['', '<p></p>'],
])('%j becomes %j', (text, html) => {
  expect(bodyOf(text)).toBe(html);
});
