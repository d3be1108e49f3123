/** One message of any family as the canonical message: who speaks, and the pieces in the order emitted. */
import type { Message, MessagePart } from '@sightglass/contract/trace';
import { normaliseFinishReason } from '../finishReasons.ts';
import { isObject, type JsonObject } from './boundedValue.ts';
import { contentPart, isContentPart, stringOf, textOrMedia, toolCallPart, toolResultPart, toolResultValue } from './contentPart.ts';

/** Pieces of one message; far more than any client sends. */
const PARTS_MAX = 2_000;

const ROLES: ReadonlyMap<string, string> = new Map([
  ['human', 'user'],
  ['humanmessage', 'user'],
  ['ai', 'assistant'],
  ['aimessage', 'assistant'],
  ['model', 'assistant'],
  ['bot', 'assistant'],
  ['systemmessage', 'system'],
  ['developer', 'system'],
  ['function', 'tool'],
  ['functionmessage', 'tool'],
  ['toolmessage', 'tool'],
  ['chatmessage', 'user'],
]);

/** LangChain's `type` of a message that has no role; `tool` and `function` would also name content parts. */
const MESSAGE_TYPES = new Set(['human', 'ai', 'system', 'tool', 'chat', 'function', 'HumanMessage', 'AIMessage', 'SystemMessage', 'ToolMessage']);
const MESSAGE_CLASS = /^(Human|AI|System|Tool|Function|Chat)Message(Chunk)?$/;

function normaliseRole(raw: string): string {
  const key = raw.toLowerCase().replace(/chunk$/, '');
  return ROLES.get(key) ?? key;
}

/** What LangChain's serialised forms hold inside: `{lc, type, id, kwargs}` and `{type, data}`. */
function unwrapped(message: JsonObject): { role: string | undefined; fields: JsonObject } {
  if (isObject(message.kwargs) && Array.isArray(message.id)) {
    const className: unknown = message.id.at(-1);
    return { role: typeof className === 'string' ? className : undefined, fields: message.kwargs };
  }
  if (isObject(message.data) && typeof message.type === 'string' && 'content' in message.data) return { role: message.type, fields: message.data };
  const typeIsRole = typeof message.type === 'string' && (MESSAGE_TYPES.has(message.type) || MESSAGE_CLASS.test(message.type));
  return { role: stringOf(message.role) ?? (typeIsRole ? String(message.type) : undefined), fields: message };
}

/** True for what names a speaker: a role, a LangChain class, or a message inside a choice. */
export function isMessage(value: unknown): boolean {
  if (!isObject(value)) return false;
  if (typeof value.role === 'string') return true;
  if (Array.isArray(value.id) && isObject(value.kwargs)) return true;
  if (isObject(value.message) && isMessage(value.message)) return true;
  return (
    typeof value.type === 'string' &&
    (MESSAGE_TYPES.has(value.type) || MESSAGE_CLASS.test(value.type)) &&
    ('content' in value || isObject(value.data))
  );
}

/** Items of the OpenAI Responses API that stand beside messages instead of inside one. */
const ITEM_ROLES: ReadonlyMap<string, string> = new Map([
  ['function_call', 'assistant'],
  ['custom_tool_call', 'assistant'],
  ['mcp_call', 'assistant'],
  ['reasoning', 'assistant'],
  ['function_call_output', 'tool'],
  ['custom_tool_call_output', 'tool'],
  ['computer_call', 'assistant'],
  ['web_search_call', 'assistant'],
  ['file_search_call', 'assistant'],
]);

/** Reads one element of a list of messages. `roleWithout` is for what names no speaker. */
export function messageOf(value: unknown, roleWithout: string): Message {
  if (!isObject(value)) return { role: roleWithout, name: null, parts: [contentPart(value)], finish_reason: null };
  // A choice: `{index, message, finish_reason}`; LangChain generations: `{text, message, generationInfo}`.
  if (isMessage(value.message)) {
    const inner = messageOf(value.message, roleWithout);
    return { ...inner, finish_reason: finishReasonOf(value) ?? inner.finish_reason };
  }
  if (!isMessage(value)) {
    const role = typeof value.type === 'string' ? ITEM_ROLES.get(value.type) : undefined;
    const toolSpeaks = isContentPart(value) && (value.type === 'tool_call_response' || value.type === 'tool-result' || value.type === 'tool_result');
    const parts = hasMessageFields(value) ? partsOf(value, roleWithout) : [contentPart(value)];
    return { role: role ?? (toolSpeaks ? 'tool' : roleWithout), name: null, parts, finish_reason: finishReasonOf(value) };
  }
  const { role: rawRole, fields } = unwrapped(value);
  const role = rawRole === undefined ? roleWithout : normaliseRole(rawRole);
  return { role, name: stringOf(fields.name), parts: partsOf(fields, role), finish_reason: finishReasonOf(fields) ?? finishReasonOf(value) };
}

/** A roleless object that is still shaped like a message, as answers are: `{content, tool_calls}`, `{text, toolCalls}`. */
export function hasMessageFields(value: JsonObject): boolean {
  if (isContentPart(value)) return false;
  return (
    ['content', 'tool_calls', 'toolCalls', 'parts', 'contents'].some((key) => key in value) ||
    (typeof value.text === 'string' && Object.keys(value).length <= 12)
  );
}

function finishReasonOf(fields: JsonObject): string | null {
  const metadata = isObject(fields.response_metadata) ? fields.response_metadata : isObject(fields.generationInfo) ? fields.generationInfo : {};
  const raw = stringOf(fields.finish_reason, fields.stop_reason, fields.finishReason, metadata.finish_reason, metadata.stop_reason);
  return normaliseFinishReason(raw ?? undefined) ?? null;
}

function partsOf(fields: JsonObject, role: string): MessagePart[] {
  const toolCallId = stringOf(fields.tool_call_id, fields.toolCallId);
  if (role === 'tool' && (toolCallId !== null || !Array.isArray(fields.content ?? fields.parts ?? fields.contents))) {
    const sent = fields.content ?? fields.result ?? fields.output ?? fields.contents ?? fields.text;
    if (sent !== undefined)
      return [{ type: 'tool_result', id: toolCallId, name: stringOf(fields.name, fields.toolName), result: toolResultValue(sent) }];
  }
  const parts: MessagePart[] = [];
  addReasoning(parts, fields);
  addContent(parts, fields.content);
  addContent(parts, fields.parts);
  // OpenInference sends a content list beside the text that repeats it; the list is the richer of the two.
  if (Array.isArray(fields.contents))
    parts.splice(0, parts.length, ...parts.filter((part) => part.type === 'reasoning'), ...contentList(fields.contents));
  if (fields.content === undefined && fields.parts === undefined) addContent(parts, fields.text);
  addContent(parts, fields.refusal);
  addContent(parts, fields.images);
  addContent(parts, fields.files);
  if (isObject(fields.audio)) parts.push(contentPart({ type: 'audio', ...fields.audio }));
  addToolCalls(parts, fields);
  return parts.slice(0, PARTS_MAX);
}

function addReasoning(parts: MessagePart[], fields: JsonObject): void {
  const reasoning = fields.reasoning_content ?? fields.reasoning ?? fields.reasoningText;
  if (typeof reasoning === 'string') {
    if (reasoning !== '') parts.push({ type: 'reasoning', text: reasoning });
  } else if (Array.isArray(reasoning)) {
    for (const item of reasoning.slice(0, PARTS_MAX))
      parts.push(contentPart(isObject(item) ? { ...item, type: 'reasoning' } : { type: 'reasoning', text: String(item) }));
  }
}

/** A text that is itself a JSON list of typed content parts, as older Traceloop versions write it. */
const PARTS_AS_TEXT = /^\s*\[\s*\{\s*"type"\s*:\s*"/;

function addContent(parts: MessagePart[], content: unknown): void {
  if (typeof content === 'string') {
    if (content === '') return;
    if (PARTS_AS_TEXT.test(content.slice(0, 64)) && content.length < 2_000_000) {
      try {
        const list: unknown = JSON.parse(content);
        if (Array.isArray(list) && list.every(isContentPart)) {
          parts.push(...contentList(list));
          return;
        }
      } catch {
        // Cut off on the way: shown as the text it is.
      }
    }
    parts.push(textOrMedia(content));
  } else if (Array.isArray(content)) {
    parts.push(...contentList(content));
  } else if (isObject(content)) {
    // Gemini's `{candidates: [{content: {role, parts}}]}`.
    if (Array.isArray(content.parts)) parts.push(...contentList(content.parts));
    else parts.push(contentPart(content));
  }
}

function contentList(list: readonly unknown[]): MessagePart[] {
  return list
    .slice(0, PARTS_MAX)
    .map(contentPart)
    .filter((part) => part.type !== 'text' || part.text !== '');
}

function addToolCalls(parts: MessagePart[], fields: JsonObject): void {
  const additional = isObject(fields.additional_kwargs) ? fields.additional_kwargs : {};
  const lists = [fields.tool_calls, fields.toolCalls, additional.tool_calls];
  const calls = lists.find((list) => Array.isArray(list) && list.length > 0);
  const known = new Set(parts.map((part) => (part.type === 'tool_call' ? part.id : null)));
  if (Array.isArray(calls)) {
    for (const call of calls.slice(0, PARTS_MAX)) {
      if (!isObject(call)) continue;
      // LangChain repeats a provider's tool_use blocks as tool_calls; OpenInference wraps each as `tool_call`.
      const part = toolCallPart(isObject(call.tool_call) ? call.tool_call : call);
      if (part.type === 'tool_call' && (part.id === null || !known.has(part.id))) parts.push(part);
    }
  }
  const call = fields.function_call;
  if (isObject(call) && typeof call.name === 'string') parts.push(toolCallPart(call));
  const results = fields.toolResults;
  if (Array.isArray(results)) for (const result of results.slice(0, PARTS_MAX)) if (isObject(result)) parts.push(toolResultPart(result));
}
