import type { Message, MessagePart } from '@sightglass/contract/trace';

/** A tool call with its result, where one is known. */
export interface ToolBlock {
  type: 'tool';
  id: string | null;
  name: string;
  arguments: unknown;
  /** Undefined while no result was found; a result may itself be null. */
  result: unknown;
  answered: boolean;
}

export type ThreadBlock = Exclude<MessagePart, { type: 'tool_call' }> | ToolBlock;

/** A message as it is read: tool calls and their results are one block. `source` is the message it was made from. */
export interface ThreadMessage<M extends Message = Message> {
  source: M;
  blocks: ThreadBlock[];
}

/**
 * Pairs each tool call with its result, by id; a result without an id goes to the oldest open call of its name, else to the
 * oldest open call. The result leaves its own message, and a message of which nothing is left is not shown.
 */
export function pairToolCalls<M extends Message>(messages: readonly M[]): ThreadMessage<M>[] {
  const open = new OpenCalls();
  const thread: ThreadMessage<M>[] = [];
  for (const source of messages) {
    const blocks: ThreadBlock[] = [];
    for (const part of source.parts) {
      if (part.type === 'tool_call') {
        const block: ToolBlock = { type: 'tool', id: part.id, name: part.name, arguments: part.arguments, result: undefined, answered: false };
        blocks.push(block);
        open.add(block);
      } else if (part.type === 'tool_result') {
        const call = open.take(part.id, part.name);
        if (call === undefined) blocks.push(part);
        else {
          call.result = part.result;
          call.answered = true;
        }
      } else blocks.push(part);
    }
    if (blocks.length > 0 || source.parts.length === 0) thread.push({ source, blocks });
  }
  return thread;
}

/** Calls that wait for their results, found by id or name in constant time. */
class OpenCalls {
  private readonly byId = new Map<string, ToolBlock>();
  private readonly byName = new Map<string, ToolBlock[]>();
  private readonly inOrder: ToolBlock[] = [];

  add(block: ToolBlock): void {
    if (block.id !== null && block.id !== '') this.byId.set(block.id, block);
    const named = this.byName.get(block.name);
    if (named === undefined) this.byName.set(block.name, [block]);
    else named.push(block);
    this.inOrder.push(block);
  }

  take(id: string | null, name: string | null): ToolBlock | undefined {
    if (id !== null && id !== '') {
      const block = this.byId.get(id);
      return block?.answered === false ? block : undefined;
    }
    return firstOpen(name === null ? this.inOrder : (this.byName.get(name) ?? []));
  }
}

/** The first block without a result; those before it are dropped, so that every block is looked at once. */
function firstOpen(queue: ToolBlock[]): ToolBlock | undefined {
  while (queue[0]?.answered === true) queue.shift();
  return queue[0];
}
