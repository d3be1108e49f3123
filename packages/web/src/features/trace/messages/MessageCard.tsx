import type { ReactNode } from 'react';
import type { SaidMessage } from '../model/conversation.ts';
import type { ThreadBlock, ThreadMessage, ToolBlock } from '../model/messageThread.ts';
import { InlineDataNote } from '../text/InlineDataNote.tsx';
import { TextBlock } from '../text/TextBlock.tsx';
import { ValueBlock } from '../text/ValueBlock.tsx';
import { ToolCallBlock } from './ToolCallBlock.tsx';
import './messageCard.css';
import { uniqueKeys } from '../model/uniqueKeys.ts';

interface MessageCardProps {
  message: ThreadMessage;
  /** What stands at the end of the heading: finish reason, a link to the span. */
  end?: ReactNode;
  /** Where a tool call ran, to stand in its heading. */
  renderRun?: ((block: ToolBlock) => ReactNode) | undefined;
}

/** One message: who speaks, what is said, which tools are called and what they answered. */
export function MessageCard({ message, end, renderRun }: MessageCardProps) {
  const { role, name } = message.source;
  const calls = message.blocks.filter((block): block is ToolBlock => block.type === 'tool');
  const direction = (message.source as Partial<SaidMessage>).direction;
  const keys = uniqueKeys(message.blocks.map((block) => block.type));
  return (
    <article className="message" data-role={roleClass(role)} data-tools={calls.length > 0 || undefined} data-direction={direction}>
      <header className="message-head">
        <span className="message-role">{role === '' ? 'no role' : role}</span>
        {name === null ? null : <span className="message-name">{name}</span>}
        {calls.length === 0 ? null : <span className="message-name">calls {calls.map((call) => call.name).join(', ')}</span>}
        <span className="message-end">{end}</span>
      </header>
      {message.blocks.length === 0 ? <p className="message-empty">Empty message</p> : null}
      {message.blocks.map((block, i) => (
        <Block key={keys[i]} block={block} renderRun={renderRun} />
      ))}
    </article>
  );
}

function Block({ block, renderRun }: { block: ThreadBlock; renderRun: MessageCardProps['renderRun'] }) {
  switch (block.type) {
    case 'text':
      return block.text === '' ? <p className="message-empty">Empty text</p> : <TextBlock text={block.text} />;
    case 'reasoning':
      return (
        <details className="message-reasoning">
          <summary>Reasoning{block.text === '' ? ', hidden by the provider' : ''}</summary>
          {block.text === '' ? null : <TextBlock text={block.text} />}
        </details>
      );
    case 'tool':
      return <ToolCallBlock block={block} run={renderRun?.(block)} />;
    case 'tool_result':
      return (
        <section className="message-result">
          <p className="tool-call-label">Result{block.name === null ? '' : ` of ${block.name}`}</p>
          <ValueBlock value={block.result} />
        </section>
      );
    case 'media':
      return <InlineDataNote mediaType={block.media_type} sizeBytes={block.size_bytes} address={block.url} />;
    case 'other':
      return <ValueBlock value={block.value} />;
  }
}

/** The roles that have a look of their own; senders use many names for them. */
function roleClass(role: string): 'system' | 'user' | 'assistant' | 'tool' | 'other' {
  switch (role.toLowerCase()) {
    case 'system':
    case 'developer':
      return 'system';
    case 'user':
    case 'human':
      return 'user';
    case 'assistant':
    case 'model':
    case 'ai':
      return 'assistant';
    case 'tool':
    case 'function':
      return 'tool';
    default:
      return 'other';
  }
}
