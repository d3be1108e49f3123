import { describe, expect, it } from 'vitest';
import { mayReach, type OutboundAllow, parseOutboundAllow } from './outboundAllow.ts';

function allowOf(text: string): OutboundAllow {
  const allow = parseOutboundAllow(text);
  if (!allow.ok) throw new Error(`${allow.entry} was refused`);
  return allow.value;
}

describe('parseOutboundAllow', () => {
  it.each([
    ['', 0],
    [' , ,', 0],
    ['hooks.internal', 1],
    ['hooks.internal:8080,10.0.0.0/8, fd00::/8 ,[::1]:9000,::1,127.0.0.1,my_service:80,Bücher.example.', 8],
  ])('%j has %d entries', (text, entries) => {
    expect(allowOf(text)).toHaveLength(entries);
  });

  const NONSENSE = `
    * *.internal http://x x/ user@x x: x:0 x:65536 x:80:90 :80 x:http -x x- a..b .a x?y x#y x\\y
    10.0.0.0/33 ::/129 10/8 10.0.0.0/ 10.0.0.0/8:80 10.0.0.0/255.0.0.0 2130706433 0x7f.1 127.1 [::1 [127.0.0.1]
    fe80::1%eth0 [fe80::1%eth0]:80 fe80::%eth0/10 ::1:99999x`;
  it.each([...NONSENSE.trim().split(/\s+/), 'a b', 'x\ny'])('%j is refused, with its name', (entry) => {
    expect(parseOutboundAllow(`good.internal,${entry}`)).toEqual({ ok: false, entry });
  });
});

describe('mayReach', () => {
  it.each([
    ['', 'anything.example', 80, '8.8.8.8', true],
    ['', 'anything.example', 80, '10.0.0.1', false],
    ['hooks.internal', 'hooks.internal', 80, '10.0.0.1', true],
    ['hooks.internal', 'HOOKS.internal.', 8080, 'fd00::1', true],
    ['hooks.internal', 'x.hooks.internal', 80, '10.0.0.1', false],
    ['hooks.internal', '10.0.0.1', 80, '10.0.0.1', false],
    ['hooks.internal:80', 'hooks.internal', 81, '10.0.0.1', false],
    ['Bücher.example', 'xn--bcher-kva.example', 80, '10.0.0.1', true],
    ['10.0.0.1', '10.0.0.1', 443, '10.0.0.1', true],
    ['10.0.0.1', 'name.example', 443, '10.0.0.1', true],
    ['10.0.0.1', '10.0.0.2', 443, '10.0.0.2', false],
    ['10.0.0.1:8080', '10.0.0.1', 8080, '10.0.0.1', true],
    ['10.0.0.1:8080', '10.0.0.1', 80, '10.0.0.1', false],
    ['10.0.0.0/8', 'name.example', 80, '10.255.0.1', true],
    ['10.0.0.0/8', 'name.example', 80, '11.0.0.1', true],
    ['10.0.0.0/8', 'name.example', 80, '172.16.0.1', false],
    ['10.0.0.0/8', 'name.example', 80, 'fd00::1', false],
    ['127.0.0.1', '[::ffff:127.0.0.1]', 80, '::ffff:127.0.0.1', true],
    ['::1', '[::1]', 80, '::1', true],
    ['[::1]:80', '[::1]', 81, '::1', false],
    ['fd00::/8', 'name.example', 80, 'fd12::1', true],
    ['fe80::/10', 'name.example', 80, 'fe80::1%eth0', false],
    ['0.0.0.0/0', '127.0.0.1', 80, '127.0.0.1', true],
    ['0.0.0.0/0', '[::1]', 80, '::1', false],
  ])('with %j, %s port %d at %s: %s', (allow, hostname, port, address, may) => {
    expect(mayReach(allowOf(allow), { hostname, port }, address)).toBe(may);
  });
});
