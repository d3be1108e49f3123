import type { QueryClient } from '@tanstack/react-query';
import { ME_KEY } from '../api/me.ts';
import { requestJson } from '../api/request.ts';

/** Ends the session and forgets everything that was read with it; the page then asks who we are, and shows sign-in. */
export async function signOut(client: QueryClient): Promise<void> {
  try {
    await requestJson('/api/auth/sign-out', { method: 'POST', body: {} });
  } finally {
    client.removeQueries({ predicate: (query) => query.queryKey[0] !== ME_KEY[0] });
    await client.resetQueries({ queryKey: ME_KEY });
  }
}
