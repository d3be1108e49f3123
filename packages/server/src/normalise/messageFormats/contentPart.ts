/**
 * One piece of a message's content, whatever family wrote it: OpenAI chat and Responses, the OpenTelemetry
 * conventions, Anthropic, AI SDK, Gemini, LangChain, OpenInference. Their type names do not collide, so one
 * table by `type` reads them all; Gemini has no type and is told by its keys.
 */
import type { MessagePart } from '@sightglass/contract/trace';
import { boundedValue, decodedJson, isObject, type JsonObject } from './boundedValue.ts';
import { mediaPart } from './media.ts';

export function stringOf(...candidates: readonly unknown[]): string | null {
  for (const candidate of candidates) if (typeof candidate === 'string') return candidate;
  return null;
}

/** A call that a model asked for: `{id, function: {name, arguments}}` and every other spelling of it. */
export function toolCallPart(call: JsonObject): MessagePart {
  const inner = isObject(call.function) ? call.function : call;
  const sent = [inner.arguments, inner.args, inner.input, call.toolInput, inner.parameters].find((value) => value !== undefined);
  return {
    type: 'tool_call',
    id: stringOf(call.call_id, call.toolCallId, call.tool_call_id, call.callId, call.id),
    name: stringOf(inner.name, call.toolName, call.tool_name) ?? '',
    arguments: decodedJson(sent ?? null),
  };
}

/** What a tool answered. AI SDK 5 and later wrap the result as `{type, value}`; Anthropic and the Responses API send content blocks. */
export function toolResultPart(result: JsonObject): MessagePart {
  const sent = [result.result, result.output, result.response, result.content, result.error].find((value) => value !== undefined);
  const isWrapped = isObject(sent) && typeof sent.type === 'string' && 'value' in sent;
  return {
    type: 'tool_result',
    id: stringOf(result.tool_use_id, result.call_id, result.toolCallId, result.tool_call_id, result.id),
    name: stringOf(result.toolName, result.tool_name, result.name),
    result: toolResultValue(isWrapped ? sent.value : sent),
  };
}

/** The value of a tool's answer: JSON texts are decoded, a list of nothing but texts is one text. */
export function toolResultValue(sent: unknown): unknown {
  if (Array.isArray(sent) && sent.length > 0) {
    const texts = sent.map((block: unknown) => (isObject(block) && isTextType(block.type) ? stringOf(block.text, block.content) : null));
    if (texts.every((text) => text !== null)) return decodedJson(texts.join('\n'));
  }
  return decodedJson(sent ?? null);
}

function isTextType(type: unknown): boolean {
  return type === 'text' || type === 'input_text' || type === 'output_text';
}

/** Thoughts: a text, or a list of summaries (Responses API, AI SDK `reasoningDetails`). Hidden thoughts have no text. */
function reasoningPart(block: JsonObject): MessagePart {
  const texts: string[] = [];
  for (const source of [block.text, block.thinking, block.reasoning, block.content, block.summary]) {
    if (typeof source === 'string') texts.push(source);
    else if (Array.isArray(source)) for (const item of source) texts.push(isObject(item) ? (stringOf(item.text, item.content) ?? '') : String(item));
    if (texts.length > 0) break;
  }
  return { type: 'reasoning', text: texts.join('\n') };
}

function textPart(block: JsonObject): MessagePart {
  return { type: 'text', text: stringOf(block.text, block.content, block.refusal, block.value) ?? '' };
}

function nested(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** Images, sounds, documents and files; the families disagree on where the data and the media type stand. */
function anyMediaPart(block: JsonObject): MessagePart {
  const source = nested(block.source);
  const image = nested(block.image);
  const audio = nested(block.input_audio ?? block.audio);
  const file = nested(block.file);
  const format = stringOf(audio.format);
  const data = [
    nested(block.image_url).url,
    block.image_url,
    source.data,
    source.url,
    image.url,
    image.data,
    audio.data,
    file.file_data,
    file.data,
    block.file_data,
    block.file_url,
    block.data,
    block.url,
    block.uri,
    block.image,
    block.content,
    block.audio,
  ].find(
    (value) =>
      value !== undefined &&
      value !== null &&
      (typeof value === 'string' || Array.isArray(value) || (isObject(value) && ('data' in value || '0' in value))),
  );
  const mediaType =
    stringOf(block.mediaType, block.mimeType, block.mime_type, block.media_type, source.media_type, image.mime_type, file.mime_type) ??
    (format === null ? stringOf(block.modality) : `audio/${format}`);
  return mediaPart(data, mediaType);
}

const readers: ReadonlyMap<string, (block: JsonObject) => MessagePart> = new Map([
  ['text', textPart],
  ['input_text', textPart],
  ['output_text', textPart],
  ['refusal', textPart],
  ['reasoning', reasoningPart],
  ['thinking', reasoningPart],
  ['redacted_thinking', reasoningPart],
  ['redacted-reasoning', reasoningPart],
  ['summary_text', reasoningPart],
  ['tool_call', toolCallPart],
  ['tool-call', toolCallPart],
  ['tool_use', toolCallPart],
  ['server_tool_use', toolCallPart],
  ['function', toolCallPart],
  ['function_call', toolCallPart],
  ['custom_tool_call', toolCallPart],
  ['mcp_call', toolCallPart],
  ['tool_call_response', toolResultPart],
  ['tool-result', toolResultPart],
  ['tool-error', toolResultPart],
  ['tool_result', toolResultPart],
  ['web_search_tool_result', toolResultPart],
  ['function_call_output', toolResultPart],
  ['custom_tool_call_output', toolResultPart],
  ['image', anyMediaPart],
  ['image_url', anyMediaPart],
  ['input_image', anyMediaPart],
  ['audio', anyMediaPart],
  ['input_audio', anyMediaPart],
  ['output_audio', anyMediaPart],
  ['video', anyMediaPart],
  ['media', anyMediaPart],
  ['document', anyMediaPart],
  ['file', anyMediaPart],
  ['input_file', anyMediaPart],
  ['blob', anyMediaPart],
  ['uri', anyMediaPart],
]);

/** True when the value is a piece of content rather than a message: something in it says which kind of piece. */
export function isContentPart(value: unknown): boolean {
  if (!isObject(value) || 'role' in value) return false;
  if (typeof value.type === 'string' && readers.has(value.type)) return true;
  if ('functionCall' in value || 'functionResponse' in value || 'inlineData' in value || 'toolCallId' in value) return true;
  return typeof value.text === 'string' && Object.keys(value).every((key) => key === 'text' || key === 'thought' || key === 'thoughtSignature');
}

/** Gemini's parts have no `type`: the key tells. */
function untypedPart(block: JsonObject): MessagePart | undefined {
  if (isObject(block.functionCall ?? block.function_call)) return toolCallPart(nested(block.functionCall ?? block.function_call));
  if (isObject(block.functionResponse ?? block.function_response)) return toolResultPart(nested(block.functionResponse ?? block.function_response));
  const inline = nested(block.inlineData ?? block.inline_data);
  if (typeof inline.data === 'string') return mediaPart(inline.data, inline.mimeType ?? inline.mime_type);
  const file = nested(block.fileData ?? block.file_data);
  if (typeof (file.fileUri ?? file.file_uri) === 'string') return mediaPart(file.fileUri ?? file.file_uri, file.mimeType ?? file.mime_type);
  if (typeof block.toolCallId === 'string') return 'result' in block || 'output' in block ? toolResultPart(block) : toolCallPart(block);
  if (typeof block.text === 'string') return { type: block.thought === true ? 'reasoning' : 'text', text: block.text };
  return undefined;
}

/** One piece of content; a shape that nothing explains is kept as `other`. */
export function contentPart(value: unknown): MessagePart {
  if (typeof value === 'string') return textOrMedia(value);
  if (!isObject(value)) return { type: 'other', value: boundedValue(value) };
  const reader = typeof value.type === 'string' ? readers.get(value.type) : undefined;
  return reader?.(value) ?? untypedPart(value) ?? { type: 'other', value: boundedValue(value) };
}

/** A text, unless all of it is inline media. */
export function textOrMedia(text: string): MessagePart {
  return text.startsWith('data:') && /^data:[\w.+-]+\/[\w.+-]+;base64,/.test(text.slice(0, 128)) ? mediaPart(text, null) : { type: 'text', text };
}
