import { z } from '@hono/zod-openapi';
import { defineRoute, json, problem } from './defineRoute.ts';

export const SignedInSchema = z.object({ user: z.object({ id: z.string(), email: z.string(), name: z.string() }) }).openapi('SignedIn');

export const signInWithPassword = defineRoute('everyone', {
  method: 'post',
  path: '/api/auth/sign-in/email',
  operationId: 'signInWithPassword',
  summary: 'Sign in with e-mail and password; the session is a cookie',
  tags: ['identity'],
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.object({ email: z.string().trim().min(1).max(320), password: z.string().min(1).max(1000) }).openapi('Credentials'),
        },
      },
    },
  },
  responses: {
    200: json(SignedInSchema, 'Signed in'),
    429: problem('Too many failed attempts'),
  },
});

export const signOut = defineRoute('everyone', {
  method: 'post',
  path: '/api/auth/sign-out',
  operationId: 'signOut',
  summary: 'End the session',
  tags: ['identity'],
  responses: { 200: json(z.object({ signed_out: z.literal(true) }), 'The session is over, if there was one') },
});

/** Where the link that is printed at start, or sent by mail, leads. Answers with a redirect, with or without a session. */
export const SIGN_IN_LINK_PATH = '/sign-in/link';
