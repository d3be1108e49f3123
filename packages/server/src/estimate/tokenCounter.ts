/**
 * Counts the tokens of a text by one of OpenAI's byte pair encodings (tables and merging: gpt-tokenizer).
 *
 * Merging the bytes of one piece takes time by the square of its length, and a run of one letter, without end, is one
 * piece. So the pattern that cuts a text into pieces is that of the encoding with every `+` and `*` bounded: a longer run
 * is cut, which counts a token too many in 64 characters of what no language writes. Texts that spell out a special token
 * (`<|endoftext|>`) are texts.
 */
import { createRequire } from 'node:module';
import { BytePairEncodingCore, type RawBytePairRanks } from 'gpt-tokenizer/BytePairEncodingCore';
import type { Encoding } from './encodings.ts';

export interface TokenCounter {
  /** Characters of hostile texts cost at most about 3 µs each, those of English text 0.2 µs. */
  count(text: string): number;
  /** Forgets the words met so far; they hold on to the texts that they come from. */
  forget(): void;
}

export type TokenCounters = (encoding: Encoding) => TokenCounter;

/** Words that are merged already; English text of some pages has fewer. */
const WORDS_REMEMBERED_MAX = 10_000;
/** Characters of one piece. Longer words of the encodings' vocabularies are runs of spaces and rulers. */
const RUN = '{1,64}';
const RUN_OR_NONE = '{0,64}';
const CONTRACTION = "'(?:[sS]|[dD]|[mM]|[tT]|[lL][lL]|[vV][eE]|[rR][eE])";
const UPPER = String.raw`[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`;
const LOWER = String.raw`[\p{Ll}\p{Lm}\p{Lo}\p{M}]`;
const BEFORE_WORD = String.raw`[^\r\n\p{L}\p{N}]?`;

const PIECES: Record<Encoding, RegExp> = {
  o200k_base: alternatives(
    `${BEFORE_WORD}${UPPER}${RUN_OR_NONE}${LOWER}${RUN}(?:${CONTRACTION})?`,
    `${BEFORE_WORD}${UPPER}${RUN}${LOWER}${RUN_OR_NONE}(?:${CONTRACTION})?`,
    String.raw`\p{N}{1,3}`,
    String.raw` ?[^\s\p{L}\p{N}]${RUN}[\r\n/]${RUN_OR_NONE}`,
    String.raw`\s${RUN_OR_NONE}[\r\n]${RUN}`,
    String.raw`\s${RUN}(?!\S)`,
    String.raw`\s${RUN}`,
  ),
  cl100k_base: alternatives(
    CONTRACTION,
    String.raw`${BEFORE_WORD}\p{L}${RUN}`,
    String.raw`\p{N}{1,3}`,
    String.raw` ?[^\s\p{L}\p{N}]${RUN}[\r\n]${RUN_OR_NONE}`,
    String.raw`\s${RUN}$`,
    String.raw`\s${RUN_OR_NONE}[\r\n]`,
    String.raw`\s${RUN}(?!\S)`,
    String.raw`\s`,
  ),
};

function alternatives(...patterns: readonly string[]): RegExp {
  return new RegExp(patterns.join('|'), 'gu');
}

const require = createRequire(import.meta.url);

/**
 * Counters whose tables are read when a text is counted by them for the first time, and once: `o200k_base` takes a fifth
 * of a second and some 65 MB, which a program in which no workspace wants estimates never pays.
 */
export function createTokenCounters(): TokenCounters {
  const loaded = new Map<Encoding, TokenCounter>();
  return (encoding) => {
    const known = loaded.get(encoding);
    if (known !== undefined) return known;
    const counter = loadCounter(encoding);
    loaded.set(encoding, counter);
    return counter;
  };
}

function loadCounter(encoding: Encoding): TokenCounter {
  // Read beside its types: an import would be read at start.
  const { default: bytePairRankDecoder } = require(`gpt-tokenizer/bpeRanks/${encoding}`) as { default: RawBytePairRanks };
  const core = new BytePairEncodingCore({
    bytePairRankDecoder,
    tokenSplitRegex: PIECES[encoding],
    // One is needed; none is allowed where a text is counted, so that all are text.
    specialTokensEncoder: new Map([['<|endoftext|>', bytePairRankDecoder.length]]),
    mergeCacheSize: WORDS_REMEMBERED_MAX,
  });
  return { count: (text) => core.countNative(text), forget: () => core.clearMergeCache() };
}
