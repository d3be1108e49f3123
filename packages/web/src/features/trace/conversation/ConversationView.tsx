import { useEffect, useMemo, useRef, useState } from 'react';
import { formatCount } from '../../../ui/formatCount.ts';
import { EmptyState } from '../../../ui/StateMessage.tsx';
import { Skeleton } from '../../../ui/Skeleton.tsx';
import { TextModeSwitch } from '../text/TextModeSwitch.tsx';
import { useTrace } from '../traceContext.ts';
import { TurnBlock } from './TurnBlock.tsx';
import { callNodes, useConversation } from './useConversation.ts';
import './conversationView.css';

/** Calls loaded at a time. */
const PAGE_TURNS = 6;

/** The llm calls of a trace as one conversation: what each call added, with the tools it ran, in the order emitted. */
export function ConversationView({ open }: { open: number | null }) {
  const { model } = useTrace();
  const calls = useMemo(() => callNodes(model), [model]);
  const openIndex = open === null ? -1 : calls.indexOf(open);
  const [wanted, setWanted] = useState(PAGE_TURNS);
  const count = Math.min(calls.length, Math.max(wanted, openIndex + 1));
  const nodes = useMemo(() => calls.slice(0, count), [calls, count]);
  const { turns, runOf, pending } = useConversation(nodes);
  const end = useRef<HTMLDivElement>(null);
  const more = calls.length - count;

  useEffect(() => {
    const element = end.current;
    if (element === null || pending || more === 0) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) setWanted(count + PAGE_TURNS);
      },
      { rootMargin: '400px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [pending, more, count]);

  if (calls.length === 0) {
    return <EmptyState title="No conversation">This trace has no LLM call. The waterfall shows what it did.</EmptyState>;
  }
  return (
    <div className="conversation" tabIndex={-1}>
      <div className="conversation-head">
        <span>
          {calls.length === 1 ? 'One call' : `${formatCount(calls.length)} calls`}, each with what it added; history that is sent again is shown once
        </span>
        <TextModeSwitch />
      </div>
      {turns.map((turn, i) => (
        <TurnBlock key={turn.node} turn={turn} number={i + 1} open={turn.node === open} runOf={runOf} />
      ))}
      <div ref={end} className="conversation-end">
        {pending ? (
          <div role="status">
            <span className="visually-hidden">Loading the conversation</span>
            <Skeleton height="20px" width="40%" />
            <Skeleton height="72px" />
          </div>
        ) : more > 0 ? (
          <button type="button" className="link text-button" onClick={() => setWanted(count + PAGE_TURNS)}>
            Load {formatCount(Math.min(more, PAGE_TURNS))} more of {formatCount(calls.length)} calls
          </button>
        ) : null}
      </div>
    </div>
  );
}
