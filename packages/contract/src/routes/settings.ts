import { z } from '@hono/zod-openapi';
import { EstimatesSchema } from '../estimates.ts';
import { EncryptionSchema, RedactionChangeSchema, RedactionSchema } from '../redaction.ts';
import { SAMPLING_PRESETS, SamplingSchema } from '../sampling.ts';
import { TimestampSchema } from '../trace.ts';
import { body, defineRoute, json, ProblemSchema } from './defineRoute.ts';

/** When a setting was changed last, and by whom; null while it never was. */
const change = {
  updated_at: TimestampSchema.nullable(),
  updated_by: z.string().nullable().openapi({ description: 'Id of a user or key' }),
};

export const RedactionSettingSchema = RedactionSchema.extend(change).openapi('RedactionSetting');
export type RedactionSetting = z.infer<typeof RedactionSettingSchema>;

export const DataKeySchema = z
  .object({
    id: z.string().openapi({ example: 'dk_0k3v…' }),
    created_at: TimestampSchema,
    /** Null for the key that new data is encrypted with. */
    retired_at: TimestampSchema.nullable(),
    usable: z.boolean().openapi({ description: 'False when the secret of the instance is not the one that the key was made under' }),
  })
  .openapi('DataKey');
export type DataKey = z.infer<typeof DataKeySchema>;

export const EncryptionSettingSchema = EncryptionSchema.extend({
  keys: z.array(DataKeySchema).openapi({ description: 'Newest first. Retired keys go on reading what they wrote' }),
  ...change,
}).openapi('EncryptionSetting');
export type EncryptionSetting = z.infer<typeof EncryptionSettingSchema>;

const TEST_CHARS_MAX = 100_000;

export const RedactionTestSchema = z
  .strictObject({
    text: z.string().max(TEST_CHARS_MAX),
    redaction: RedactionSchema.optional().openapi({ description: 'Rules to try before they are saved. Absent: those of the workspace' }),
  })
  .openapi('RedactionTest');

export const RedactionTestResultSchema = z
  .object({
    text: z.string(),
    hits: z
      .array(z.object({ rule: z.string(), count: z.number().int() }))
      .openapi({ description: 'Rules that found something, in order of their names' }),
  })
  .openapi('RedactionTestResult');
export type RedactionTestResult = z.infer<typeof RedactionTestResultSchema>;

const NOT_COMPILABLE = {
  description: 'A pattern does not compile, or could take too long',
  content: { 'application/problem+json': { schema: ProblemSchema } },
};
const REDACTION_PATH = '/api/obs/settings/redaction';
const ENCRYPTION_PATH = '/api/obs/settings/encryption';

export const getRedaction = defineRoute(['configuration.read'], {
  method: 'get',
  path: REDACTION_PATH,
  operationId: 'getRedaction',
  summary: 'The masking rules of the workspace',
  tags: ['settings'],
  responses: { 200: json(RedactionSettingSchema, 'The rules') },
});

export const putRedaction = defineRoute(['settings.write'], {
  method: 'put',
  path: REDACTION_PATH,
  operationId: 'putRedaction',
  summary: 'Replace the masking rules',
  description: 'They hold at once on this instance and within a second on others, for what arrives from then on.',
  tags: ['settings'],
  request: { body: body(RedactionSchema) },
  responses: { 200: json(RedactionSettingSchema, 'The rules as they are now'), 422: NOT_COMPILABLE },
});

export const patchRedaction = defineRoute(['settings.write'], {
  method: 'patch',
  path: REDACTION_PATH,
  operationId: 'patchRedaction',
  summary: 'Change some of the masking rules; lists are replaced whole',
  tags: ['settings'],
  request: { body: body(RedactionChangeSchema) },
  responses: { 200: json(RedactionSettingSchema, 'The rules as they are now'), 422: NOT_COMPILABLE },
});

export const testRedaction = defineRoute(['configuration.read'], {
  method: 'post',
  path: `${REDACTION_PATH}/test`,
  operationId: 'testRedaction',
  summary: 'Mask a text, and say which rules found something',
  description: 'Nothing is stored. Rules are tried as if masking were switched on.',
  tags: ['settings'],
  request: { body: body(RedactionTestSchema) },
  responses: { 200: json(RedactionTestResultSchema, 'The masked text'), 422: NOT_COMPILABLE },
});

const SAMPLING_PATH = '/api/obs/settings/sampling';
export const SamplingSettingSchema = SamplingSchema.extend({
  presets: z
    .record(z.string(), SamplingSchema)
    .openapi({ description: 'Settings to begin with; PUT one to use it', example: { light: SAMPLING_PRESETS.light } }),
  ...change,
}).openapi('SamplingSetting');
export type SamplingSetting = z.infer<typeof SamplingSettingSchema>;

export const getSampling = defineRoute(['configuration.read'], {
  method: 'get',
  path: SAMPLING_PATH,
  operationId: 'getSampling',
  summary: 'How much of traces and logs is kept',
  tags: ['settings'],
  responses: { 200: json(SamplingSettingSchema, 'The rules') },
});

export const putSampling = defineRoute(['settings.write'], {
  method: 'put',
  path: SAMPLING_PATH,
  operationId: 'putSampling',
  summary: 'Replace the sampling rules',
  description: 'They hold at once on this instance and within a second on others, for what arrives from then on.',
  tags: ['settings'],
  request: { body: body(SamplingSchema) },
  responses: { 200: json(SamplingSettingSchema, 'The rules as they are now') },
});

const ESTIMATES_PATH = '/api/obs/settings/estimates';
export const EstimatesSettingSchema = EstimatesSchema.extend(change).openapi('EstimatesSetting');
export type EstimatesSetting = z.infer<typeof EstimatesSettingSchema>;

export const getEstimates = defineRoute(['configuration.read'], {
  method: 'get',
  path: ESTIMATES_PATH,
  operationId: 'getEstimates',
  summary: 'Whether the tokens of calls without usage are counted',
  tags: ['settings'],
  responses: { 200: json(EstimatesSettingSchema, 'The setting') },
});

export const putEstimates = defineRoute(['settings.write'], {
  method: 'put',
  path: ESTIMATES_PATH,
  operationId: 'putEstimates',
  summary: 'Switch on or off that the tokens of calls without usage are counted',
  description:
    'Counted from the texts of successful model and embedding calls whose client sent no token numbers, and marked as estimates everywhere (`usage_estimated`, `token_rule`, `cost_source`). It holds at once on this instance and within a second on others, for what arrives from then on.',
  tags: ['settings'],
  request: { body: body(EstimatesSchema) },
  responses: { 200: json(EstimatesSettingSchema, 'The setting as it is now') },
});

export const getEncryption = defineRoute(['configuration.read'], {
  method: 'get',
  path: ENCRYPTION_PATH,
  operationId: 'getEncryption',
  summary: 'Whether inputs, outputs and context are stored encrypted, and with which keys',
  tags: ['settings'],
  responses: { 200: json(EncryptionSettingSchema, 'The setting and the keys, never what they are') },
});

export const putEncryption = defineRoute(['settings.write'], {
  method: 'put',
  path: ENCRYPTION_PATH,
  operationId: 'putEncryption',
  summary: 'Switch encryption of inputs, outputs and context on or off',
  description: 'The first time a key is made. Text search does not find what is encrypted.',
  tags: ['settings'],
  request: { body: body(EncryptionSchema) },
  responses: { 200: json(EncryptionSettingSchema, 'The setting as it is now') },
});

export const rotateEncryptionKey = defineRoute(['settings.write'], {
  method: 'post',
  path: `${ENCRYPTION_PATH}/rotate`,
  operationId: 'rotateEncryptionKey',
  summary: 'Make a new key for new data; older keys go on reading what they wrote',
  tags: ['settings'],
  responses: {
    200: json(EncryptionSettingSchema, 'The setting with the new key'),
    409: { description: 'Encryption is off', content: { 'application/problem+json': { schema: ProblemSchema } } },
  },
});
