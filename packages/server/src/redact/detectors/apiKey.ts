import { type Finding, isWordAt } from './finding.ts';

interface KeyForm {
  pattern: string;
  /** The rule's first group stays: it says what follows. */
  keepsFirstGroup?: true;
  /** Without a digit it is prose: `sk-learn-classification-models`, `Bearer responsibilities`. */
  needsDigit?: true;
}

/** Keys by the form that their issuers give them, and secrets by what stands before them. */
const FORMS: readonly KeyForm[] = [
  // Private keys in PEM; one that was cut off goes to the end of the text.
  { pattern: String.raw`-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----|$)` },
  // OpenAI, Anthropic, OpenRouter, DeepSeek, Langfuse …
  { pattern: String.raw`sk-[A-Za-z0-9_-]{16,}`, needsDigit: true },
  { pattern: String.raw`(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{20,}` }, // Stripe
  { pattern: String.raw`(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}` }, // AWS
  { pattern: String.raw`gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{22,}` },
  { pattern: String.raw`glpat-[A-Za-z0-9_.-]{20,}` },
  { pattern: String.raw`xox[abceoprs]-[A-Za-z0-9-]{10,}|xapp-\d-[A-Za-z0-9-]{10,}` }, // Slack
  { pattern: String.raw`hooks\.slack\.com/services/[A-Za-z0-9_/]{20,}` },
  { pattern: String.raw`AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,}|GOCSPX-[A-Za-z0-9_-]{20,}` }, // Google
  { pattern: String.raw`hf_[A-Za-z0-9]{30,}|gsk_[A-Za-z0-9]{40,}|xai-[A-Za-z0-9]{40,}|r8_[A-Za-z0-9]{30,}|pplx-[A-Za-z0-9]{40,}` },
  { pattern: String.raw`lsv2_(?:pt|sk)_[A-Za-z0-9_]{32,}|sg_[A-Za-z0-9_-]{32,}`, needsDigit: true }, // LangSmith, Sightglass
  { pattern: String.raw`npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{50,}|dop_v1_[a-f0-9]{64}|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}` },
  { pattern: String.raw`\d{8,10}:AA[A-Za-z0-9_-]{33}` }, // Telegram bots
  // Begins where its run begins: else `eyJeyJ…` would be read to its end from each of its beginnings.
  { pattern: String.raw`(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_.-]*` }, // JSON web tokens
  {
    pattern: String.raw`([Bb]earer[ \t]{1,3}|BEARER[ \t]{1,3}|[Bb]asic[ \t]{1,3})[A-Za-z0-9._~+/-]{16,}={0,2}`,
    keepsFirstGroup: true,
    needsDigit: true,
  },
  { pattern: String.raw`([Aa][Ww][Ss]_[A-Za-z_]{0,20}[Kk][Ee][Yy]["']?[ \t]?[=:][ \t]?["']?)[A-Za-z0-9/+]{40}`, keepsFirstGroup: true },
  { pattern: String.raw`(:\/\/[^\s\/:@"'\\]{1,256}:)[^\s\/@"'\\]{1,256}(?=@)`, keepsFirstGroup: true }, // user:password@host
];

const ALTERNATIVES = new RegExp(
  FORMS.map(({ pattern, keepsFirstGroup }, i) => `(?<form${i}>${keepsFirstGroup ? pattern.replace('(', `(?<kept${i}>`) : pattern})`).join('|'),
  'g',
);
const BEGINS_WITH_WORD = FORMS.map(({ pattern }) => /^(?:\(?[\w[]|\\d)/.test(pattern));

/** API keys, tokens, private keys and passwords in URLs. */
export function findApiKeys(text: string): Finding[] {
  const found: Finding[] = [];
  for (const match of text.matchAll(ALTERNATIVES)) {
    const groups = match.groups ?? {};
    const form = FORMS.findIndex((_, i) => groups[`form${i}`] !== undefined);
    const start = match.index + (groups[`kept${form}`]?.length ?? 0);
    const end = match.index + match[0].length;
    if (BEGINS_WITH_WORD[form] === true && isInsideWord(text, match.index)) continue;
    if (FORMS[form]?.needsDigit === true && !/\d/.test(text.slice(start, end))) continue;
    found.push({ start, end });
  }
  return found;
}

/** An escape of JSON (`\n`) is no part of the word that follows it. */
const isInsideWord = (text: string, start: number) =>
  isWordAt(text, start - 1) && !(text.charAt(start - 2) === '\\' && 'nrtbf'.includes(text.charAt(start - 1)));
