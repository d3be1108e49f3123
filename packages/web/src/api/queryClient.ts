import { QueryCache, QueryClient } from '@tanstack/react-query';
import { ME_KEY } from './me.ts';
import { ApiProblem, canRetry } from './problem.ts';
import { noteServerAnswer } from './serverTrouble.ts';

const STALE_AFTER_MS = 15_000;
const RETRIES_MAX = 2;
const RETRY_DELAY_MAX_MS = 15_000;

/** The cache of everything read from the server. A lost session asks who we are again, which shows the sign-in page. */
export function createQueryClient(): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({
      onSuccess: () => noteServerAnswer(null),
      onError: (error, query) => {
        noteServerAnswer(error);
        if (query.queryKey[0] !== ME_KEY[0] && error instanceof ApiProblem && error.status === 401)
          void client.invalidateQueries({ queryKey: ME_KEY });
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: STALE_AFTER_MS,
        retry: (failures, error) => failures < RETRIES_MAX && error instanceof ApiProblem && canRetry(error),
        retryDelay: (attempt, error) => {
          const asked = error instanceof ApiProblem && error.retryAfterSeconds !== undefined ? error.retryAfterSeconds * 1000 : 500 * 2 ** attempt;
          return Math.min(RETRY_DELAY_MAX_MS, asked);
        },
        // Polling stops while the tab is hidden, and catches up when it is seen again.
        refetchIntervalInBackground: false,
        networkMode: 'always',
      },
    },
  });
  return client;
}
