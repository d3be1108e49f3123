import { createRoute, type RouteConfig, z } from '@hono/zod-openapi';
import { ERRORS } from '../errors.ts';
import { type Permission, type Scope, SCOPES, scopesOf } from '../permissions.ts';
import type { PlanFeature } from '../plan.ts';

/**
 * Who may use a route: `everyone`, with or without a key or a session; any `caller` that has one; a `person` who is signed in, for what
 * is their own; an outside `cron` that knows CRON_SECRET; or whoever has one of some permissions.
 */
export type Access = 'everyone' | 'caller' | 'person' | 'cron' | readonly [Permission, ...Permission[]];

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

/** An answer of problem+json. */
export const problem = (description: string) => ({ description, content: { 'application/problem+json': { schema: ProblemSchema } } });

const PROBLEM_RESPONSES = {
  400: problem('The request is not valid'),
  401: problem('A key or a session is needed'),
  403: problem('The key or role may not do this'),
  404: problem('There is no such thing in this workspace'),
} as const;

/** What the OpenAPI document says of a route's access. `x-scopes`: those with which a key may use it, of which one is enough. */
export type DeclaredAccess = {
  security: { [scheme: string]: string[] }[];
  'x-access': Access;
  'x-scopes': Scope[];
  /** The feature that a plan may do without; see `plan.ts`. */
  'x-feature'?: PlanFeature;
};

export function declareAccess(access: Access): DeclaredAccess {
  return {
    security: securityOf(access),
    'x-access': access,
    'x-scopes': access === 'caller' ? [...SCOPES] : typeof access === 'string' ? [] : scopesOf(access),
  };
}

function securityOf(access: Access): DeclaredAccess['security'] {
  if (access === 'everyone') return [];
  if (access === 'person') return [{ session: [] }];
  if (access === 'cron') return [{ cron: [] }];
  return [{ bearer: [] }, { session: [] }];
}

/**
 * A route of the outside contract: `createRoute` with who may use it, and the feature that it belongs to where plans may do without it.
 * The server enforces `x-access` and `x-feature` and the OpenAPI document shows them, so a route cannot forget its permission.
 */
export function defineRoute<const R extends Omit<RouteConfig, 'path'> & { path: string; feature?: PlanFeature }>(access: Access, route: R) {
  const { feature, ...described } = route;
  return createRoute({
    ...described,
    responses: { ...PROBLEM_RESPONSES, ...route.responses } as typeof PROBLEM_RESPONSES & R['responses'],
    ...declareAccess(access),
    ...(feature === undefined ? {} : { 'x-feature': feature }),
  } as unknown as R & DeclaredAccess & { responses: typeof PROBLEM_RESPONSES & R['responses'] });
}

/** A 200 answer of JSON. */
export const json = <T extends z.ZodType>(schema: T, description: string) => ({ description, content: { 'application/json': { schema } } });

/** The body of a request: JSON, without which the request is not valid. */
export const body = <T extends z.ZodType>(schema: T) => ({ required: true, content: { 'application/json': { schema } } });

/** The one parameter of a path `…/{name}`: an id, which is no longer than this. */
export function pathParam<Name extends string>(name: Name, charsMax = 64) {
  const id = z
    .string()
    .max(charsMax)
    .openapi({ param: { name, in: 'path' } });
  return z.object({ [name]: id } as Record<Name, typeof id>);
}
