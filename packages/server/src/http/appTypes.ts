import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Caller } from '../access/caller.ts';

/** What a request carries through the middleware. `caller` is set on every route whose scopes are not `none`. */
export interface AppVariables {
  /** W3C trace id of the answer, also in `X-Trace-ID`. */
  traceId: string;
  caller: Caller;
}

export type App = OpenAPIHono<{ Variables: AppVariables }>;
