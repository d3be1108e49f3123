/** OpenInference's flattened messages (`llm.input_messages.<i>.message.…`) as messages in the provider's shape. */
import type { Attributes } from '../decodedSpan.ts';
import { asObject, indexed, ownProperty, parseJson, stringAt, textAt } from '../attributes.ts';

type JsonObject = Record<string, unknown>;

/** The messages under `llm.input_messages.` or `llm.output_messages.`, in order; empty when there are none. */
export function openInferenceMessages(attributes: Attributes, prefix: string): JsonObject[] {
  const messages: JsonObject[] = [];
  for (const group of indexed(attributes, prefix)) {
    const message = messageOf(group);
    if (message !== undefined) messages.push(message);
  }
  return messages;
}

function messageOf(group: Attributes): JsonObject | undefined {
  // Most messages are a role and a text: then there is nothing else to look for.
  if (group.size === 2 && group.has('message.role') && group.has('message.content')) {
    return { role: stringAt(group, 'message.role') ?? null, content: textAt(group, 'message.content') ?? '' };
  }
  const message: JsonObject = {};
  const role = stringAt(group, 'message.role');
  if (role !== undefined) message.role = role;
  const name = stringAt(group, 'message.name');
  if (name !== undefined) message.name = name;

  const toolCalls = indexed(group, 'message.tool_calls.').flatMap((call) => toolCall(call) ?? []);
  const functionName = stringAt(group, 'message.function_call_name');
  if (functionName !== undefined) {
    toolCalls.push({ type: 'function', function: { name: functionName, arguments: textAt(group, 'message.function_call_arguments_json') ?? '' } });
  }
  const contents = indexed(group, 'message.contents.').flatMap((content) => contentPart(content, toolCalls.length > 0) ?? []);
  const content = textAt(group, 'message.content');
  if (contents.length > 0) message.content = contents;
  else if (content !== undefined) message.content = content;
  if (toolCalls.length > 0) message.tool_calls = toolCalls;
  const toolCallId = stringAt(group, 'message.tool_call_id');
  if (toolCallId !== undefined) message.tool_call_id = toolCallId;
  return Object.keys(message).length === 0 ? undefined : message;
}

function toolCall(call: Attributes): JsonObject | undefined {
  const name = stringAt(call, 'tool_call.function.name');
  const id = stringAt(call, 'tool_call.id');
  if (name === undefined && id === undefined) return undefined;
  return {
    ...(id === undefined ? {} : { id }),
    type: 'function',
    function: { name: name ?? '', arguments: onceEncoded(textAt(call, 'tool_call.function.arguments') ?? '') },
  };
}

/** openinference-vercel encodes the arguments twice: `"\"{\\\"order_id\\\":…}\""`. */
function onceEncoded(text: string): string {
  if (!text.startsWith('"')) return text;
  try {
    const inner: unknown = JSON.parse(text);
    return typeof inner === 'string' ? inner : text;
  } catch {
    return text;
  }
}

function contentPart(part: Attributes, callsAreListed: boolean): JsonObject | undefined {
  const type = stringAt(part, 'message_content.type');
  const text = stringAt(part, 'message_content.text');
  const imageUrl = stringAt(part, 'message_content.image.image.url');
  const audioUrl = stringAt(part, 'message_content.audio.audio.url');
  if (type === 'reasoning' || type === 'thinking') return { type: 'reasoning', text: text ?? '' };
  if (imageUrl !== undefined) return { type: 'image_url', image_url: { url: imageUrl } };
  if (audioUrl !== undefined) {
    const mediaType = stringAt(part, 'message_content.audio.audio.mime_type');
    return { type: 'audio', url: audioUrl, ...(mediaType === undefined ? {} : { media_type: mediaType }) };
  }
  if (text !== undefined) return { type: 'text', text };
  // Anthropic's answers list each call twice, as a content and under `message.tool_calls`.
  return callsAreListed ? undefined : toolCall(part);
}

/**
 * Messages inside `input.value`, the request as JSON (`{"messages":[…]}`). Used when the SDK's attribute
 * limit has cut the flattened messages, which come later on the span.
 */
export function messagesInValue(value: string): unknown[] | undefined {
  const messages = ownProperty(asObject(parseJson(value)) ?? {}, 'messages');
  if (!Array.isArray(messages)) return undefined;
  // LangChain sends a batch of one: a list of lists.
  const first: unknown = messages[0];
  return messages.length === 1 && Array.isArray(first) ? first : messages;
}
