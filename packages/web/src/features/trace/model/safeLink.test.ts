import { describe, expect, it } from 'vitest';
import { safeLink } from './safeLink.ts';

describe('safeLink', () => {
  it.each(['https://example.com/a', 'http://localhost:8080/', 'mailto:a@example.com'])('lets %s pass', (address) => {
    expect(safeLink(address)).toBe(address);
  });

  it.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' \tjavascript:alert(1)',
    'data:text/html,x',
    'vbscript:x',
    'file:///etc/passwd',
    '/relative',
    '//host',
    '',
    null,
    undefined,
    'blob:https://a/b',
  ])('refuses %j', (address) => {
    expect(safeLink(address)).toBeNull();
  });
});
