import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { asProblem, ProblemState } from '../api/ProblemState.tsx';
import { Button, buttonClass } from '../ui/Button.tsx';
import { Skeleton } from '../ui/Skeleton.tsx';
import { EmptyState } from '../ui/StateMessage.tsx';

/** It is not there: never was, belongs to another workspace, or ended with the program that told of it while someone looked at it. */
export function isGone(error: Error | null): boolean {
  return error !== null && asProblem(error).status === 404;
}

interface ItemStateProps {
  error: Error | null;
  /** What could not be done, as a sentence without its full stop. */
  what: string;
  onRetry: () => void;
  /** Shown when there is no such thing. */
  gone: ReactNode;
}

/** In place of an item that cannot be shown: it is on its way, there is none, or it could not be read. */
export function ItemState({ error, what, onRetry, gone }: ItemStateProps) {
  if (error === null) {
    return (
      <div aria-busy="true">
        <Skeleton height="40px" />
      </div>
    );
  }
  return isGone(error) ? gone : <ProblemState error={error} what={what} onRetry={onRetry} />;
}

const ID_CHARS_SHOWN = 80;

interface NoSuchItemProps {
  noun: string;
  id: string;
  /** The list of them. */
  to: '/traces' | '/runs' | '/sessions';
  /** It may still come: looks again. */
  onRetry?: () => void;
}

/** The id of the URL names nothing. */
export function NoSuchItem({ noun, id, to, onRetry }: NoSuchItemProps) {
  return (
    <EmptyState
      title={`No such ${noun} in this workspace`}
      actions={
        <>
          {onRetry === undefined ? null : <Button onClick={onRetry}>Look again</Button>}
          <Link to={to} className={buttonClass('primary')}>
            All {noun}s
          </Link>
        </>
      }
    >
      <code className="mono">{id.length > ID_CHARS_SHOWN ? `${id.slice(0, ID_CHARS_SHOWN)}…` : id}</code>
      <br />
      Its first span may still be on the way, it may belong to another workspace, or it has passed its retention.
    </EmptyState>
  );
}
