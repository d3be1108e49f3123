import { z } from '@hono/zod-openapi';

/** A name or a line that people read: trimmed, and without what no database takes or what would change how the text around it reads. */
export const plainText = (charactersMax: number) =>
  z
    .string()
    .trim()
    .max(charactersMax)
    .refine((text) => !/[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/u.test(text), 'must have no control characters');

/** Whether PostgreSQL takes it, in texts and in JSON: it has no zero character and no half of a surrogate pair. */
export const isStorableText = (text: string): boolean => !/[\0\p{Cs}]/u.test(text);

/** What people write in several lines: trimmed. */
export const longText = (charactersMax: number) => z.string().trim().max(charactersMax).refine(isStorableText, 'has a character that is none');
