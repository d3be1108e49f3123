import { z } from '@hono/zod-openapi';
import { LIST_LIMIT_DEFAULT, LIST_LIMIT_MAX } from './listQuery.ts';

/** The parameters of a control-plane list (keys, workspaces, rules …): newest first, no time range. */
export const ControlListQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(LIST_LIMIT_MAX).default(LIST_LIMIT_DEFAULT),
  cursor: z.string().max(500).optional().openapi({ description: 'next_cursor of the page before' }),
});
export type ControlListQuery = z.infer<typeof ControlListQuerySchema>;

/** One page of a list; `next_cursor` is null on the last one. */
export const pageOf = <T extends z.ZodType>(item: T) => z.object({ items: z.array(item), next_cursor: z.string().nullable() });
