/** What may not be reached, in the forms in which it has been reached elsewhere: one table for all who send. */

/** Hosts as they may stand in a URL; those that mean loopback would reach the servers of this test. */
export const FORBIDDEN_HOSTS: readonly string[] = `
  127.0.0.1 127.0.0.1. 127.1 127.0.1 127.255.255.254 0.0.0.0 0 0x0 2130706433 017700000001 0x7f000001 0x7F.1
  0177.0.0.1 0177.0.0.0x1 00000177.0.0.1 127.0.0.0x01 %31%32%37.0.0.1 ①②⑦.⓪.⓪.① １２７.0.0.1 127。0。0。1 127.0.0.1%2e
  localhost LOCALHOST localhost. a.localhost ⓛocalhost loc%61lhost
  [::1] [0:0:0:0:0:0:0:1] [::] [::0.0.0.1] [::127.0.0.1] [::7f00:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::FFFF:7F00:0001]
  [0:0:0:0:0:ffff:127.0.0.1] [::ffff:0:127.0.0.1] [::ffff:10.0.0.1] [64:ff9b::127.0.0.1] [64:ff9b::7f00:1] [64:ff9b:1::10.0.0.1]
  [2002:7f00:1::] [2002:a9fe:a9fe::1] [2001::7f00:1] [2001:0:4136:e378:8000:63bf:80ff:fffe] [fe80::1] [fe80::1%25lo] [fec0::1]
  [fc00::1] [fd00:ec2::254] [ff02::1] [100::1] [2001:db8::1] [3fff::1] [4000::1]
  10.0.0.1 0xa.0.0.1 012.0.0.1 167772161 172.16.0.1 172.31.255.255 192.168.0.1 192.168.1 169.254.169.254 2852039166
  0xa9fea9fe 100.64.0.1 100.100.100.200 198.18.0.1 198.19.255.255 192.0.0.192 192.0.2.1 192.88.99.1 203.0.113.1
  224.0.0.1 240.0.0.1 255.255.255.255 168.63.129.16 user@127.0.0.1 8.8.8.8@127.0.0.1 8.8.8.8%40127.0.0.1 8.8.8.8\\@127.0.0.1`
  .trim()
  .split(/\s+/)
  .concat('127.0.0.1\t', '127.0.0.1\r\n', ' 127.0.0.1');

/** What the resolver says of a name that looks harmless. */
export const FORBIDDEN_ANSWERS: readonly string[] = `
  127.0.0.1 127.8.8.8 0.0.0.0 10.0.0.1 172.16.5.4 192.168.1.1 169.254.169.254 100.64.0.1 198.18.0.1 192.0.0.192
  224.0.0.1 255.255.255.255 168.63.129.16 :: ::1 ::7f00:1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:a9fe:a9fe 64:ff9b::a00:1 2002:7f00:1::
  2001::7f00:1 fe80::1 fe80::1%lo fc00::1 fd00:ec2::254 ff02::1 2130706433 0x7f.1 localhost`
  .trim()
  .split(/\s+/)
  .concat('');

/** Where a harmless address may send on to; without a port. */
export const FORBIDDEN_REDIRECTS: readonly string[] = [
  'http://127.0.0.1',
  'http://localhost',
  'http://2130706433',
  'http://[::ffff:127.0.0.1]',
  'http://[::1]',
  '//0x7f.1',
  'http://inner.example',
  'http://169.254.169.254',
  'http://user:pass@hooks.example',
  'file:///etc/passwd',
];

/** The header that leads there. */
export const redirectTo = (target: string, port: number): string => (target.startsWith('file') ? target : `${target}:${port}/`);
