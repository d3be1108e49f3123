/**
 * Which of OpenAI's public encodings counts the tokens of a model. Pure.
 *
 * OpenAI's own models since gpt-4o use `o200k_base`; gpt-4 and gpt-4-turbo, gpt-3.5 and the text-embedding models use
 * `cl100k_base` (tiktoken 0.9, `model.py`). Every other maker has a tokenizer of its own, most of them not public: their
 * texts are counted with `o200k_base` as well, and the count says so.
 */
import { normaliseModelName, splitVendor } from '../cost/modelName.ts';

export type Encoding = 'o200k_base' | 'cl100k_base';

export interface ModelEncoding {
  encoding: Encoding;
  /** False where the encoding only stands in for that of the model, or the model is not known. */
  isOwn: boolean;
}

/** `gpt-35-turbo` is how Azure writes it. `gpt-4` is not the beginning of gpt-4o, gpt-4.1 or gpt-4.5. */
const CL100K = /^(?:gpt-3\.?5(?![0-9])|gpt-4(?![0-9.o])|text-embedding-(?:3-|ada-)|(?:babbage|davinci)-002)/;
const O200K = /^(?:gpt-(?:4o|4\.|[5-9]|oss|realtime|audio)|chatgpt-|o[1-9](?![0-9a-z])|codex-mini|computer-use-preview)/;

export function encodingOf(model: string | null): ModelEncoding {
  const name = model === null ? undefined : bareName(model);
  if (name === undefined) return { encoding: 'o200k_base', isOwn: false };
  if (CL100K.test(name)) return { encoding: 'cl100k_base', isOwn: true };
  return { encoding: 'o200k_base', isOwn: O200K.test(name) };
}

/** Without a vendor in front and without what says that it was fine-tuned: `openai/ft:gpt-4o-mini:acme::1` → `gpt-4o-mini:acme::1`. */
function bareName(model: string): string | undefined {
  const name = normaliseModelName(model)?.replace(/^ft:/, '');
  if (name === undefined || CL100K.test(name) || O200K.test(name)) return name;
  return splitVendor(name)?.model.replace(/^ft:/, '') ?? name;
}
