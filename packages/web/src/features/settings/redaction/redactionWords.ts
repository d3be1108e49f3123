import type { DetectorName, RedactedField } from '@sightglass/contract/redaction';

interface Choice<Name> {
  name: Name;
  label: string;
  text: string;
}

/** The built-in rules in words. A record, so that a rule without words does not compile. */
const DETECTOR_WORDS: Record<DetectorName, Omit<Choice<DetectorName>, 'name'>> = {
  email: { label: 'E-mail addresses', text: 'also percent-encoded in URLs' },
  phone: { label: 'Phone numbers', text: 'international, North American, and those written in groups' },
  card: { label: 'Payment cards', text: '13 to 19 digits of a known issuer with a right check digit' },
  iban: { label: 'Bank accounts (IBAN)', text: 'with the length of their country and a right checksum' },
  api_key: { label: 'Keys and tokens', text: 'of model providers and clouds, JWTs, Bearer and Basic credentials, private keys' },
  ipv4: { label: 'IPv4 addresses', text: 'not on at first: version numbers look like them' },
};

const FIELD_WORDS: Record<RedactedField, Omit<Choice<RedactedField>, 'name'>> = {
  inputs: { label: 'Inputs', text: 'what went into a span, its instructions and tool definitions' },
  outputs: { label: 'Outputs', text: 'what came out, and retrieved documents' },
  attributes: { label: 'Attributes', text: 'of spans, logs, metrics and resources; tags and endpoints' },
  logs: { label: 'Logs', text: 'message, body and exception' },
  events: { label: 'Events', text: 'message, error message, payload and tags of the Events API' },
  messages: { label: 'Names and status messages', text: 'of spans' },
  identity: { label: 'Identity', text: 'user id, user e-mail, session id. Masked, users can no longer be told apart in costs' },
};

const choices = <Name extends string>(words: Record<Name, Omit<Choice<Name>, 'name'>>): Choice<Name>[] =>
  (Object.keys(words) as Name[]).map((name) => ({ name, ...words[name] }));

export const DETECTOR_CHOICES = choices(DETECTOR_WORDS);
export const FIELD_CHOICES = choices(FIELD_WORDS);
