/** The texts of a call that a tokenizer would have seen. Pure and total over whatever a client sent. */
import type { Message, MessagePart } from '@sightglass/contract/trace';
import type { Payload } from '../normalise/canonicalSpan.ts';
import { jsonTextOf } from '../normalise/jsonText.ts';
import { readMessages, type Side } from '../normalise/messages.ts';

export interface CallTexts {
  texts: string[];
  /** Tokens that stand between the texts. */
  markTokens: number;
  /** Whether there is an image, a sound or a file, which no text tokenizer counts. */
  hasMedia: boolean;
}

/** Around each message of a chat stand three marks and its role (OpenAI cookbook, "How to count tokens with tiktoken"). */
const MARKS_PER_MESSAGE = 4;

/** Of one part of a payload: a message, or the whole of a text. An answer has no marks around it that are charged. */
export function textsOfPart(format: Payload['format'], part: string, side: Side): CallTexts {
  const found: CallTexts = { texts: [], markTokens: 0, hasMedia: false };
  for (const message of readMessages(format, [part], side)) addMessage(found, message, side);
  return found;
}

/** What an embedding model was given: texts without roles. */
export function textsOfEmbedded(format: Payload['format'], part: string): CallTexts {
  return { ...textsOfPart(format, part, 'input'), markTokens: 0 };
}

function addMessage(found: CallTexts, { parts }: Message, side: Side): void {
  const before = found.texts.length;
  for (const part of parts) {
    if (part.type === 'media') found.hasMedia = true;
    else found.texts.push(...textsOf(part).filter((text) => text !== ''));
  }
  if (side === 'input' && found.texts.length > before) found.markTokens += MARKS_PER_MESSAGE;
}

function textsOf(part: Exclude<MessagePart, { type: 'media' }>): string[] {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return [part.text];
    case 'tool_call':
      return [part.name, textOf(part.arguments)];
    case 'tool_result':
      return [textOf(part.result)];
    case 'other':
      return isNumbers(part.value) ? [] : [textOf(part.value)];
  }
}

/** Token ids and vectors are no text. */
function isNumbers(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && (typeof value[0] === 'number' || isNumbers(value[0]));
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  return typeof value === 'string' ? value : jsonTextOf(value);
}
