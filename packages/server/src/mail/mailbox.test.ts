import { expect, it } from 'vitest';
import { parseMailbox } from './mailbox.ts';

it.each([
  ['ada@example.com', '', 'ada@example.com'],
  [' ada+alerts@mail.example.com ', '', 'ada+alerts@mail.example.com'],
  ['sightglass@localhost', '', 'sightglass@localhost'],
  ['Ada Lovelace <ada@example.com>', 'Ada Lovelace', 'ada@example.com'],
  ['"Lovelace, Ada" <ada@example.com>', 'Lovelace, Ada', 'ada@example.com'],
  ['<ada@example.com>', '', 'ada@example.com'],
  ['zoë@bücher.example', '', 'zoë@bücher.example'],
])('%j is a mailbox', (text, name, address) => {
  expect(parseMailbox(text)).toEqual({ name, address });
});

const WITHOUT_SPACE = `ada a@b@c .a@b.c a..b@c.d a@.b a@b..c a@[127.0.0.1] a@b_c.d a,b@c.d (x)a@b.c`.split(' ');

it.each([
  ...WITHOUT_SPACE,
  '',
  'Ada ada@example.com',
  'a@b.c <d@e.f',
  '<a@b.c> x',
  'a@b.c\u0000',
  'a@b.c\r\nX: y',
  'A\nB <a@b.c>',
  'A\u202eB <a@b.c>',
  'A\u2028B <a@b.c>',
  'a"b <a@b.c>',
  'a b@c.d',
])('%j is none', (text) => {
  expect(parseMailbox(text)).toBeNull();
});
