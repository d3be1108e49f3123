import type { Message, MessagePart } from '@sightglass/contract/trace';
import { parseJsonText } from './jsonText.ts';

/** The messages of one llm span, as the span endpoint answers them. */
export interface Turn {
  spanId: string;
  input: readonly Message[];
  output: readonly Message[];
}

/** A message where it was first seen. */
export interface SaidMessage extends Message {
  spanId: string;
  direction: 'input' | 'output';
}

export interface MergedTurn {
  spanId: string;
  /** What this call added, in the order emitted. */
  said: SaidMessage[];
  /** Messages of this call that repeat what was shown before, whole or in part. */
  repeatedCount: number;
}

/**
 * One conversation out of many calls, each of which sends its whole history again. A part of a message is shown where it
 * first appears. What is said twice on purpose ("yes", "yes") is seen from the count: a call that holds a part more often
 * than any call before it did, said it again. What a call answers is no repetition, unless an
 * id says so: some clients log the history as it was at the end (LangSmith), with every answer in every call.
 */
export function mergeTurns(turns: readonly Turn[]): MergedTurn[] {
  const shown = new Map<string, number>();
  return turns.map(({ spanId, input, output }) => {
    const inThisTurn = new Map<string, number>();
    let repeatedCount = 0;
    const said: SaidMessage[] = [];
    const add = (message: Message, direction: 'input' | 'output') => {
      const parts = message.parts.filter((part) => {
        const key = partKey(message.role, part);
        if (hasId(part)) return isNew(key, new Map(), shown);
        return isNew(key, inThisTurn, shown) || direction === 'output';
      });
      if (parts.length < message.parts.length) repeatedCount++;
      if (parts.length > 0 || message.parts.length === 0) said.push({ ...message, parts, spanId, direction });
    };
    for (const message of input) add(message, 'input');
    for (const message of output) add(message, 'output');
    return { spanId, said, repeatedCount };
  });
}

function isNew(key: string, inThisTurn: Map<string, number>, shown: Map<string, number>): boolean {
  const count = (inThisTurn.get(key) ?? 0) + 1;
  inThisTurn.set(key, count);
  if (count <= (shown.get(key) ?? 0)) return false;
  shown.set(key, count);
  return true;
}

/**
 * What makes two parts the same thing said: the id of a call or result where there is one, else the content. An answer comes
 * back in the next call's history in another shape: arguments as text or as an object, results as text or structured.
 */
function partKey(role: string, part: MessagePart): string {
  switch (part.type) {
    case 'text':
      return `text ${roleClass(role)} ${part.text.trim()}`;
    case 'reasoning':
      return `reasoning ${part.text.trim()}`;
    case 'tool_call':
      return part.id !== null && part.id !== '' ? `call ${part.id}` : `call ${part.name} ${canonicalText(part.arguments)}`;
    case 'tool_result':
      return part.id !== null && part.id !== '' ? `result ${part.id}` : `result ${part.name ?? ''} ${canonicalText(part.result)}`;
    case 'media':
      return `media ${part.media_type ?? ''} ${part.size_bytes ?? ''} ${part.url ?? ''}`;
    case 'other':
      return `other ${canonicalText(part.value)}`;
  }
}

function hasId(part: MessagePart): boolean {
  return (part.type === 'tool_call' || part.type === 'tool_result') && part.id !== null && part.id !== '';
}

/** Names that providers give to the same speaker. */
function roleClass(role: string): string {
  const lower = role.toLowerCase();
  if (lower === 'developer') return 'system';
  if (lower === 'human') return 'user';
  if (lower === 'model' || lower === 'ai') return 'assistant';
  return lower;
}

const CANONICAL_DEPTH_MAX = 40;

/** JSON text that is equal for equal values: keys sorted, JSON inside text read. Deeper than 40 levels everything is equal. */
function canonicalText(value: unknown): string {
  return JSON.stringify(sortKeys(typeof value === 'string' ? (parseJsonText(value) ?? value.trim()) : value, 0)) ?? '';
}

function sortKeys(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth === CANONICAL_DEPTH_MAX) return '…';
  if (Array.isArray(value)) return value.map((item) => sortKeys(item, depth + 1));
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return entries.map(([key, item]) => [key, sortKeys(item, depth + 1)]);
}
