import type { Run } from '@sightglass/contract/run';
import { useEffect, useRef, useState } from 'react';
import { formatCount, formatQuantity } from '../../../ui/formatCount.ts';
import { EmptyState } from '../../../ui/StateMessage.tsx';
import { Skeleton } from '../../../ui/Skeleton.tsx';
import { TextModeSwitch } from '../../trace/text/TextModeSwitch.tsx';
import { ReplayedRunBlock } from './ReplayedRunBlock.tsx';
import { useReplay } from './useReplay.ts';
import './sessionReplay.css';

/** Calls read at a time. */
const PAGE_CALLS = 8;

interface SessionReplayProps {
  /** By start. */
  runs: readonly Run[];
  hasMoreRuns: boolean;
  onMoreRuns: () => void;
}

/** A session as the conversation that it was: run after run, what each call added, with the tools that it ran. */
export function SessionReplay({ runs, hasMoreRuns, onMoreRuns }: SessionReplayProps) {
  const [wanted, setWanted] = useState(PAGE_CALLS);
  const { runs: shown, runOf, pending } = useReplay(runs, wanted);
  const end = useRef<HTMLDivElement>(null);
  const isWhole = shown.length === runs.length && shown.every(({ left }) => left === 0);
  const more = !isWhole || hasMoreRuns;
  const callCount = runs.reduce((sum, run) => sum + run.llm_calls, 0);

  useEffect(() => {
    const element = end.current;
    if (element === null || pending || !more) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        if (isWhole) onMoreRuns();
        else setWanted(wanted + PAGE_CALLS);
      },
      { rootMargin: '400px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [pending, more, isWhole, wanted, onMoreRuns]);

  if (runs.length === 0) {
    return <EmptyState title="No run">Spans name this session, but none of them is part of a run. Its traces show what they did.</EmptyState>;
  }
  return (
    <div className="replay">
      <div className="replay-head">
        <span>
          {formatQuantity(runs.length, 'run')}
          {hasMoreRuns ? ' so far' : ''} with {formatQuantity(callCount, 'model call')}; history that is sent again is shown once
        </span>
        <TextModeSwitch />
      </div>
      {shown.map((replayed, i) => (
        <ReplayedRunBlock key={`${replayed.run.trace_id} ${replayed.run.span_id}`} replayed={replayed} number={i + 1} runOf={runOf} />
      ))}
      <div ref={end} className="replay-end">
        {pending ? (
          <div role="status">
            <span className="visually-hidden">Loading the conversation</span>
            <Skeleton height="20px" width="40%" />
            <Skeleton height="72px" />
          </div>
        ) : more ? (
          <button type="button" className="link text-button" onClick={() => (isWhole ? onMoreRuns() : setWanted(wanted + PAGE_CALLS))}>
            Show more of {formatCount(callCount)} calls
          </button>
        ) : null}
      </div>
    </div>
  );
}
