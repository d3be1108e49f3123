import type { SpanDetail } from '@sightglass/contract/trace';
import { type ReactNode, useMemo, useState } from 'react';
import type { SaidMessage } from '../model/conversation.ts';
import { pairToolCalls, type ThreadMessage, type ToolBlock } from '../model/messageThread.ts';
import { MessageCard } from './MessageCard.tsx';
import './messageList.css';

/** Of a long history the first message (the instructions) and the newest ones are shown at once. */
const NEWEST_SHOWN = 8;

interface MessageListProps {
  span: SpanDetail;
  renderRun?: ((block: ToolBlock) => ReactNode) | undefined;
}

/** The messages of one call, in the order emitted: what went in, then what came out. */
export function MessageList({ span, renderRun }: MessageListProps) {
  const [all, setAll] = useState(false);
  const thread = useMemo(() => threadOf(span), [span]);
  const hidden = all ? 0 : Math.max(0, thread.length - NEWEST_SHOWN - 1);
  const shown = hidden > 1 ? [...thread.slice(0, 1), ...thread.slice(hidden + 1)] : thread;
  return (
    <div className="message-list">
      {shown.map((message, i) => (
        // Messages have no ids and never change places.
        <MessageCardOfSpan key={hidden > 1 && i > 0 ? i + hidden : i} message={message} renderRun={renderRun}>
          {hidden > 1 && i === 0 ? (
            <button type="button" className="message-list-hidden link" onClick={() => setAll(true)}>
              Show {hidden} earlier messages
            </button>
          ) : null}
        </MessageCardOfSpan>
      ))}
    </div>
  );
}

function MessageCardOfSpan({
  message,
  renderRun,
  children,
}: {
  message: ThreadMessage<SaidMessage>;
  renderRun: MessageListProps['renderRun'];
  children: ReactNode;
}) {
  const { finish_reason: finish, direction } = message.source;
  return (
    <>
      <MessageCard
        message={message}
        renderRun={renderRun}
        end={direction === 'output' ? <span>answer{finish === null ? '' : ` · ${finish}`}</span> : null}
      />
      {children}
    </>
  );
}

function threadOf({ span_id: spanId, input_messages: input, output_messages: output }: SpanDetail): ThreadMessage<SaidMessage>[] {
  return pairToolCalls([
    ...input.map((message) => ({ ...message, spanId, direction: 'input' as const })),
    ...output.map((message) => ({ ...message, spanId, direction: 'output' as const })),
  ]);
}
