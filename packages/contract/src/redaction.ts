import { z } from '@hono/zod-openapi';

/** What is found and masked without a pattern of one's own. `ipv4` is left to choice: version numbers look like addresses. */
export const DETECTORS = ['email', 'phone', 'card', 'iban', 'api_key', 'ipv4'] as const;
export type DetectorName = (typeof DETECTORS)[number];

/**
 * Where it is looked for: `inputs` (with instructions and tool definitions), `outputs` (with retrieved documents),
 * `attributes` (of spans, span events, links, resources, logs and metric points; tags and endpoints), `logs` (message,
 * body, exception), `events` (message, error message, payload and tags of the Events API), `messages` (span names and
 * status messages), `identity` (user id, user e-mail, session id).
 */
export const REDACTED_FIELDS = ['inputs', 'outputs', 'attributes', 'logs', 'events', 'messages', 'identity'] as const;
export type RedactedField = (typeof REDACTED_FIELDS)[number];

export const CUSTOM_PATTERNS_MAX = 50;
export const PATTERN_CHARS_MAX = 500;
const REPLACEMENT_CHARS_MAX = 100;
const DROPPED_ATTRIBUTES_MAX = 200;
const ATTRIBUTE_KEY_CHARS_MAX = 200;

export const CustomPatternSchema = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,39}$/, 'must be up to 40 of a-z, 0-9 and _, beginning with a letter')
      .refine((name) => !(DETECTORS as readonly string[]).includes(name), 'is the name of a built-in rule')
      .openapi({ example: 'customer_number' }),
    pattern: z
      .string()
      .min(1)
      .max(PATTERN_CHARS_MAX)
      .openapi({ description: 'RE2 syntax: no look-around, no back references; (?i) ignores case', example: '\\bCUST-\\d{8}\\b' }),
    replacement: z.string().max(REPLACEMENT_CHARS_MAX).optional().openapi({ description: 'As it is written. Absent: the name in brackets' }),
  })
  .openapi('CustomPattern');
export type CustomPattern = z.infer<typeof CustomPatternSchema>;

const unique = <T>(values: readonly T[]) => new Set(values).size === values.length;
const detectors = z.array(z.enum(DETECTORS)).refine(unique, 'names a rule twice');
const patterns = z
  .array(CustomPatternSchema)
  .max(CUSTOM_PATTERNS_MAX)
  .refine((list) => unique(list.map(({ name }) => name)), 'has two patterns of one name');
const fields = z.array(z.enum(REDACTED_FIELDS)).refine(unique, 'names a field twice');
const dropAttributes = z
  .array(
    z
      .string()
      .min(1)
      .max(ATTRIBUTE_KEY_CHARS_MAX)
      .refine((key) => !key.slice(0, -1).includes('*'), 'may have a * at its end only'),
  )
  .max(DROPPED_ATTRIBUTES_MAX)
  .openapi({
    description: 'Attributes that are taken as not sent: exact keys, or beginnings with a * at the end',
    example: ['http.request.header.authorization', 'app.secret.*'],
  });

/** Masking rules of a workspace. They hold for what arrives from now on; what is stored stays as it is. */
export const RedactionSchema = z
  .strictObject({
    enabled: z.boolean().default(false),
    detectors: detectors.default(['email', 'phone', 'card', 'iban', 'api_key']),
    patterns: patterns.default([]),
    fields: fields.default(['inputs', 'outputs', 'attributes', 'logs', 'events', 'messages']),
    drop_attributes: dropAttributes.default([]),
  })
  .openapi('Redaction');
export type Redaction = z.infer<typeof RedactionSchema>;

/** Fields that are left out stay as they are. */
export const RedactionChangeSchema = z
  .strictObject({
    enabled: z.boolean().optional(),
    detectors: detectors.optional(),
    patterns: patterns.optional(),
    fields: fields.optional(),
    drop_attributes: dropAttributes.optional(),
  })
  .openapi('RedactionChange');

export const EncryptionSchema = z
  .strictObject({
    enabled: z
      .boolean()
      .default(false)
      .openapi({ description: 'Whether what arrives from now on is stored encrypted. What is stored stays readable' }),
  })
  .openapi('Encryption');
export type Encryption = z.infer<typeof EncryptionSchema>;
