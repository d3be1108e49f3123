import { createRoute, type RouteConfig, z } from '@hono/zod-openapi';
import { ERRORS } from '../errors.ts';

/** What a key must be allowed to do; a member's role is mapped to the same scopes. `none` = open to everyone. */
export const SCOPES = ['ingest', 'read', 'govern', 'admin', 'instance'] as const;
export type Scope = (typeof SCOPES)[number];

/** RFC 9457. `code` is a key of the error registry; `errors` names the wrong fields. */
export const ProblemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.enum(Object.keys(ERRORS) as [keyof typeof ERRORS, ...(keyof typeof ERRORS)[]]),
    trace_id: z.string().optional(),
    errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
  })
  .openapi('Problem');
export type Problem = z.infer<typeof ProblemSchema>;

const problem = (description: string) => ({ description, content: { 'application/problem+json': { schema: ProblemSchema } } });

const PROBLEM_RESPONSES = {
  400: problem('The request is not valid'),
  401: problem('A key or a session is needed'),
  403: problem('The key or role may not do this'),
  404: problem('There is no such thing in this workspace'),
} as const;

/**
 * A route of the outside contract: `createRoute` with the scopes it needs, of which any one is enough.
 * The server enforces `x-scopes` and the OpenAPI document shows it, so a route cannot forget its permission.
 */
export function defineRoute<const R extends Omit<RouteConfig, 'path'> & { path: string }, const S extends readonly Scope[] | 'none'>(
  scopes: S,
  route: R,
) {
  return createRoute({
    ...route,
    responses: { ...PROBLEM_RESPONSES, ...route.responses } as typeof PROBLEM_RESPONSES & R['responses'],
    security: scopes === 'none' ? [] : [{ bearer: [] }, { session: [] }],
    'x-scopes': scopes === 'none' ? [] : [...scopes],
  } as R & { responses: typeof PROBLEM_RESPONSES & R['responses']; 'x-scopes': Scope[] });
}

/** A 200 answer of JSON. */
export const json = <T extends z.ZodType>(schema: T, description: string) => ({ description, content: { 'application/json': { schema } } });
