import { RedactionSchema } from '@sightglass/contract/redaction';
import { describe, expect, test } from 'vitest';
import { createRedactor } from '../redactor.ts';

const redactor = createRedactor(RedactionSchema.parse({ enabled: true }));
const masked = (text: string) => redactor.forRequest().text(text);

const FOUND: readonly [string, string][] = [
  ['ada@example.com', '[email]'],
  ["Write to john.o'brien+tag@sub.example.co.uk.", 'Write to [email].'],
  ['<mailto:ada@example.com>', '<mailto:[email]>'],
  ['jörg@müller.de', '[email]'],
  ['?email=ada%40example.com&x=1', '?email=[email]&x=1'],
  ['a@example.com,b@example.com', '[email],[email]'],
  ['ada@example.com-', '[email]-'],
  ['+49 151 12345678', '[phone]'],
  ['+49 (0) 151 12345678', '[phone]'],
  ['+1 (415) 555-2671', '[phone]'],
  ['call 415-555-2671 now', 'call [phone] now'],
  ['(415) 555-2671', '[phone]'],
  ['415.555.2671', '[phone]'],
  ['tel:+4915112345678', 'tel:[phone]'],
  ['Phone: 0049 30 1234567', 'Phone: [phone]'],
  ['030/1234567', '[phone]'],
  ['(030) 12345678', '[phone]'],
  ['06 12 34 56 78', '[phone]'],
  ['020 7946 0958', '[phone]'],
  ['4111111111111111', '[card]'],
  ['4111 1111 1111 1111', '[card]'],
  ['card 4111-1111-1111-1111.', 'card [card].'],
  ['3782 822463 10005', '[card]'],
  ['5555555555554444', '[card]'],
  ['6011111111111117', '[card]'],
  ['30569309025904', '[card]'],
  ['3530111333300000', '[card]'],
  ['4222222222222', '[card]'],
  ['4111 1111 1111 1111 123', '[card] 123'],
  ['DE89370400440532013000', '[iban]'],
  ['DE89 3704 0044 0532 0130 00 and then', '[iban] and then'],
  ['GB29 NWBK 6016 1331 9268 19', '[iban]'],
  ['MT84MALT011000012345MTLCAST001S', '[iban]'],
  ['no9386011117947', '[iban]'],
  ['sk-ant-api03-abcdefghijklmnop1234', '[api_key]'],
  ['key=sk-proj-a1b2c3d4e5f6g7h8i9j0;', 'key=[api_key];'],
  ['AKIAIOSFODNN7EXAMPLE', '[api_key]'],
  ['aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', 'aws_secret_access_key = [api_key]'],
  ['ghp_0123456789abcdefghijABCDEFGHIJ012345', '[api_key]'],
  ['github_pat_11ABCDEFG0123456789_abcdefghij', '[api_key]'],
  ['xoxb-123456789012-abcdefghijkl', '[api_key]'],
  ['AIzaSyA1234567890abcdefghijklmnopqrstuv', '[api_key]'],
  ['sk_live_abcdef1234567890', '[api_key]'],
  ['hf_abcdefghijklmnopqrstuvwxyz0123456789', '[api_key]'],
  [`sg_${'a1'.repeat(20)}`, '[api_key]'],
  ['Authorization: Bearer abc123def456ghi789', 'Authorization: Bearer [api_key]'],
  ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abc_def', '[api_key]'],
  ['postgres://user:s3cretpassword1@db/x', 'postgres://user:[api_key]@db/x'],
  ['-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----\nrest', '[api_key]\nrest'],
  ['-----BEGIN RSA PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC', '[api_key]'],
];

const LEFT = [
  '4bf92f3577b34da6a3ce929d0e0e4736',
  '00f067aa0ba902b7',
  'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  '550e8400-e29b-41d4-a716-446655440000',
  '12345678-1234-1234-1234-123456789012',
  '41111111-1111-4111-1111-111111111111',
  '1700000000',
  '1700000000000',
  '1700000000000000000',
  '2026-11-20T10:00:00.123Z',
  '2026-11-20 09:30:00,123 INFO',
  '10:00:00 +1000 2026-11-20',
  '1700000000 +1100 2026-11-20',
  '20261120-093000-123456',
  '01-02-2026 and 20.11.2026',
  'tokens 512 768 2048',
  'input 1024 output 4096 total 5120',
  '[1024, 2048, 4096, 8192, 16384]',
  '{"input_tokens":11864,"output_tokens":1183,"total_tokens":13047}',
  '1,234,567,890',
  '0.4111111111111111',
  '3.14159265358979',
  '4111111111111112',
  '1234567890123456',
  'DE89370400440532013001',
  'XX89370400440532013000',
  'ISBN 978-3-16-148410-0',
  'v1.2.3.4 of 192.168.1.1',
  'react@18.2.0 and @types/node',
  'icon@2x.png',
  'user@localhost',
  'git@github.com:owner/name',
  'sk-learn-classification-models',
  'task-management-application-2026',
  'Bearer responsibilities and more',
  'chatcmpl-9aBcDeFgHiJkLmNoPqRsTuVw',
  'call_0123456789abcdefABCD',
  'toolu_01A09q90qw90lq917835lq9',
  'msg_01XFDUDYJgAACzvnptvVoYEL',
  'claude-sonnet-4-20250514',
  'gpt-4o-2024-08-06',
  '/v1/users/12345678/orders/87654321',
  'run-20261120093000123456789',
];

describe('what is masked', () => {
  test.each(FOUND)('%j', (text, expected) => expect(masked(text)).toBe(expected));
});

describe('what is left as it is', () => {
  test.each(LEFT)('%j', (text) => expect(masked(text)).toBe(text));
});

test('addresses of IPv4 are masked only where the workspace wants it', () => {
  const wanted = createRedactor(RedactionSchema.parse({ detectors: ['ipv4'] })).forRequest();
  expect(wanted.text('from 192.168.1.1 to 10.0.0.256 by 1.2.3.4.5')).toBe('from [ipv4] to 10.0.0.256 by 1.2.3.4.5');
});

test('each rule is told how often it found something', () => {
  const request = redactor.forRequest();
  request.text('ada@example.com, bob@example.com, 4111111111111111');
  expect(Object.fromEntries(request.hits)).toEqual({ email: 2, card: 1 });
});
