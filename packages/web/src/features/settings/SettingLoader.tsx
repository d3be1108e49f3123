import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ProblemState } from '../../api/ProblemState.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';

interface SettingLoaderProps<S> {
  query: Pick<UseQueryResult<S>, 'data' | 'error' | 'refetch'>;
  /** What could not be read, as a sentence begins. */
  what: string;
  children: (saved: S) => ReactNode;
}

/** A setting once it is there; before that a place for it, or why it could not be read. */
export function SettingLoader<S>({ query, what, children }: SettingLoaderProps<S>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error !== null) return <ProblemState error={query.error} what={`${what} could not be read`} onRetry={() => void query.refetch()} />;
  return (
    <div className="settings" aria-busy="true">
      <Skeleton height="110px" />
      <Skeleton height="240px" />
    </div>
  );
}
