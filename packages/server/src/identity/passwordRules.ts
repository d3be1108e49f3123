import { PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from '@sightglass/contract/routes/signIn';

/**
 * Passwords that are tried first everywhere, of those that are long enough. NIST SP 800-63B, 5.1.1.2: compare with values that are known
 * to be common, and name what is wrong; no rules of composition.
 */
const COMMON = new Set(
  `password passwort password1 password12 password123 passw0rd p@ssw0rd p@ssword pa$$word password! 12345678 123456789 1234567890 0123456789 87654321
987654321 123123123 12341234 11223344 1q2w3e4r 1q2w3e4r5t 1qaz2wsx q1w2e3r4 qwertyui qwertyuiop qwerty123 qwerty12 qwerty1234 qwertz123 azertyuiop
asdfghjkl asdf1234 zaq12wsx zxcvbnm1 abcd1234 abc12345 abcdefgh iloveyou iloveyou1 sunshine princess football baseball superman batman123 starwars
trustno1 whatever letmein1 letmein123 welcome1 welcome123 changeme changeme1 changeit administrator admin123 admin1234 adminadmin rootroot toor1234
computer internet michelle jennifer jordan23 liverpool charlie1 mustang1 corvette dragon123 monkey123 master123 shadow123 michael1 secret123 test1234
testtest default1 guest123 login123 hello123 freedom1 qazwsxedc 1234qwer qwer1234 summer2024 summer2025 winter2024 winter2025 sightglass sightglass1
sightglass123`.split(/\s+/),
);

/** Why a new password is refused, in words that follow "The password …"; undefined when it may be taken. */
export function passwordProblem(password: string, email: string): string | undefined {
  const length = [...password].length;
  if (length < PASSWORD_CHARS_MIN || password.length > PASSWORD_CHARS_MAX)
    return `must have ${PASSWORD_CHARS_MIN} to ${PASSWORD_CHARS_MAX} characters`;
  const plain = password.normalize('NFKC').toLowerCase().trim();
  const [mailbox = ''] = email.toLowerCase().split('@');
  if (plain === email.toLowerCase() || plain === mailbox) return 'must not be your e-mail address';
  if (new Set(plain).size < 3) return 'must have more than two different characters';
  if (COMMON.has(plain) || isRun(plain)) return 'is one of those that are tried first; take another';
  return undefined;
}

/** `abcdefgh`, `98765432`: each character follows the one before. */
function isRun(text: string): boolean {
  const codes = [...text].map((sign) => sign.codePointAt(0) ?? 0);
  return [1, -1].some((step) => codes.every((code, at) => at === 0 || code - (codes[at - 1] ?? 0) === step));
}
