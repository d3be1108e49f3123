import { describe, expect, it } from 'vitest';
import { CLIP_CHARS, clipText } from './clipText.ts';

describe('clipText', () => {
  it.each(['', 'short', 'x'.repeat(CLIP_CHARS), 'x'.repeat(CLIP_CHARS + 199)])('leaves a short text whole (%#)', (text) => {
    expect(clipText(text)).toBe(text);
  });

  it('cuts a long line', () => {
    expect(clipText('x'.repeat(5000))).toHaveLength(CLIP_CHARS);
  });

  it('cuts many lines at the end of one', () => {
    const clipped = clipText(Array.from({ length: 40 }, (_, i) => `line ${i}`).join('\n'));
    expect(clipped.split('\n')).toHaveLength(18);
    expect(clipped.endsWith('line 17')).toBe(true);
  });

  it('cuts at a line end that is near', () => {
    const clipped = clipText(`${'a'.repeat(1000)}\n${'b'.repeat(5000)}`);
    expect(clipped).toBe('a'.repeat(1000));
  });

  it('never cuts a character in two', () => {
    const clipped = clipText(`${'x'.repeat(CLIP_CHARS - 1)}${'😀'.repeat(500)}`);
    expect(clipped).toBe('x'.repeat(CLIP_CHARS - 1));
  });
});
