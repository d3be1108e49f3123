/**
 * What the provider's answer says of itself, out of `output.value`: OpenInference has no attribute for the
 * answer's id, and leaves the requested name in `llm.model_name` when an instrumentation does not know
 * better. The text may be megabytes, so it is searched and not parsed: inside JSON a quote that is part of
 * someone's text is escaped, so an unescaped `"model":"` is a key.
 */
export interface Answer {
  id?: string | undefined;
  model?: string | undefined;
  serviceTier?: string | undefined;
}

/** How far a key stands from the beginning of the object that it is searched in. */
const HEAD_CHARS = 2_000;
const METADATA = '"response_metadata":{';

export function answerIn(value: unknown): Answer {
  if (typeof value !== 'string') return {};
  if (value.startsWith('{"id":"')) return answerOf(value.slice(0, HEAD_CHARS));
  return value.startsWith('{"generations":') ? langchainAnswerOf(value) : {};
}

/** The answer as the provider gave it: OpenAI's and Anthropic's begin with their id. */
function answerOf(head: string): Answer {
  return {
    id: /^\{"id":"([^"\\]{1,200})"/.exec(head)?.[1],
    model: /[{,]"model":"([^"\\]{1,200})"/.exec(head)?.[1],
    serviceTier: /[{,]"service_tier":"([^"\\]{1,50})"/.exec(head)?.[1],
  };
}

/** LangChain's serialised result: the answer's id on the message, the rest in its `response_metadata`. */
function langchainAnswerOf(value: string): Answer {
  const start = value.indexOf(METADATA);
  if (start < 0) return {};
  const metadata = value.slice(start, start + HEAD_CHARS);
  const message = value.indexOf('"kwargs":{"id":"');
  const id = message < 0 || message > start ? undefined : /^"kwargs":\{"id":"([^"\\]{1,200})"/.exec(value.slice(message, message + 250))?.[1];
  return {
    // A run id is LangChain's own stand-in where the provider gave none.
    id: id?.startsWith('run-') ? undefined : id,
    model: /[{,]"model_name":"([^"\\]{1,200})"/.exec(metadata)?.[1] ?? /[{,]"model":"([^"\\]{1,200})"/.exec(metadata)?.[1],
    serviceTier: /[{,]"service_tier":"([^"\\]{1,50})"/.exec(metadata)?.[1],
  };
}
