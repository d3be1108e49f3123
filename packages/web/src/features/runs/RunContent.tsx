import type { RunDetail } from '@sightglass/contract/run';
import type { SpanDetail } from '@sightglass/contract/trace';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { spanQuery } from '../../api/traces.ts';
import { formatQuantity } from '../../ui/formatCount.ts';
import { Panel } from '../../ui/Panel.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { MessageCard } from '../trace/messages/MessageCard.tsx';
import { pairToolCalls } from '../trace/model/messageThread.ts';
import { uniqueKeys } from '../trace/model/uniqueKeys.ts';
import { TextBlock } from '../trace/text/TextBlock.tsx';
import { TextModeSwitch } from '../trace/text/TextModeSwitch.tsx';
import './runContent.css';

interface RunContentProps {
  title: string;
  run: RunDetail;
  /** The whole text; null when nobody said it. */
  text: string | null;
  /** The span that says it: the run's own, or its first or last model call. */
  spanId: string | null;
  side: 'input' | 'output';
}

/** What a run was given, or what came out of it: messages where it is a conversation, else text. */
export function RunContent({ title, run, text, spanId, side }: RunContentProps) {
  const { trace_id, span_id, status } = run;
  const { data: detail, isLoading } = useQuery({ ...spanQuery(trace_id, spanId ?? ''), enabled: spanId !== null });
  const messages = detail === undefined ? [] : side === 'input' ? detail.input_messages : detail.output_messages;
  const note = spanId === null || spanId === span_id ? undefined : side === 'input' ? 'of its first model call' : 'of its last model call';
  return (
    <Panel
      title={title}
      note={note}
      end={
        <>
          {spanId === null ? null : (
            <Link to="/traces/$traceId" params={{ traceId: trace_id }} search={{ span: spanId }} className="link run-content-link">
              Open the span
            </Link>
          )}
          {text === null ? null : <TextModeSwitch />}
        </>
      }
    >
      <div className="run-content">
        {messages.length > 0 ? (
          <Messages messages={messages} />
        ) : isLoading ? (
          <Skeleton height="3em" />
        ) : text === null ? (
          <p className="dim">
            {side === 'output' && status === 'running' ? 'Nothing yet.' : 'None was sent. Many clients leave content out unless told to record it.'}
          </p>
        ) : (
          <TextBlock text={text} />
        )}
      </div>
    </Panel>
  );
}

/** From the last thing the user said on; what was said before is a click away. */
function Messages({ messages }: { messages: SpanDetail['input_messages'] }) {
  const [all, setAll] = useState(false);
  const thread = useMemo(() => pairToolCalls(messages), [messages]);
  const keys = uniqueKeys(thread.map(({ source }) => source.role));
  const last = Math.max(
    0,
    thread.findLastIndex(({ source }) => USER_ROLES.has(source.role.toLowerCase())),
  );
  const hidden = all ? 0 : last;
  return (
    <>
      {hidden === 0 ? null : (
        <button type="button" className="link text-button" onClick={() => setAll(true)}>
          Show {formatQuantity(hidden, 'earlier message')}
        </button>
      )}
      {thread.slice(hidden).map((message, i) => (
        <MessageCard key={keys[i + hidden]} message={message} />
      ))}
    </>
  );
}

const USER_ROLES: ReadonlySet<string> = new Set(['user', 'human']);
