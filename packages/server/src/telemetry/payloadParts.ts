import { hash as digest } from 'node:crypto';
import type { Sealer } from '../encryption/envelope.ts';
import type { CanonicalSpan, Payload } from '../normalise/canonicalSpan.ts';
import { previewOf } from '../normalise/payload.ts';
import { toJsonText } from '../normalise/attributes.ts';

/** One distinct part to be stored: its day (days since 1970, UTC), hash and content, which may be encrypted. */
export interface PayloadRow {
  day: number;
  hash: Buffer;
  content: string;
}

/** What a row of `spans` keeps of a span's payloads. */
export interface SpanPayloads {
  inputParts: Buffer[];
  outputParts: Buffer[];
  toolDefinitionParts: Buffer[];
  documentParts: Buffer[];
  inputPreview: string;
  outputPreview: string;
}

const NS_PER_DAY = 86_400_000_000_000n;
const HASH_BYTES = 16;
const REMEMBERED_MAX = 200_000;

/**
 * First 16 bytes of SHA-256: content addresses must not be forgeable, trace text is hostile. Of what is stored
 * encrypted the address is made by the workspace's key: a plain hash would tell who can guess a text whether it is there.
 */
export function contentHash(content: string, sealer: Sealer | null = null): Buffer {
  return (sealer === null ? digest('sha256', content, 'buffer') : sealer.address(content)).subarray(0, HASH_BYTES);
}

/**
 * Splits payloads off the spans of one workspace, each distinct part of a day once. Parts stored lately are
 * remembered (bounded) and not written again: agents send their whole history every turn. Forgetting one
 * only costs space until the store merges the two.
 */
export function createPayloadSplitter() {
  let remembered = new Set<string>();
  let before = new Set<string>();

  return function splitPayloads(
    workspaceId: string,
    spans: readonly CanonicalSpan[],
    sealer: Sealer | null = null,
  ): { rows: PayloadRow[]; perSpan: SpanPayloads[]; commit: () => void } {
    const rows: PayloadRow[] = [];
    const fresh = new Set<string>();
    // The spans of one request repeat their texts: a parent its child's, a turn the turns before it.
    const hashes = new Map<string, Buffer>();
    let hashesOfDay = -1;
    const keep = (content: string, day: number): Buffer => {
      if (day !== hashesOfDay) hashes.clear();
      hashesOfDay = day;
      const known = hashes.get(content);
      if (known !== undefined) return known;
      const hash = contentHash(content, sealer);
      hashes.set(content, hash);
      const key = `${workspaceId}:${day}:${hash.toString('latin1')}`;
      if (!fresh.has(key) && !remembered.has(key) && !before.has(key))
        rows.push({ day, hash, content: sealer === null ? content : sealer.seal(content) });
      fresh.add(key);
      return hash;
    };
    const preview = (text: string) => (sealer === null || text === '' ? text : sealer.seal(text));
    const perSpan = spans.map((span): SpanPayloads => {
      const day = Number(span.startNs / NS_PER_DAY);
      const hashesOf = (payload: Payload | null) => (payload === null ? [] : payload.parts.map((part) => keep(part, day)));
      return {
        inputParts: hashesOf(span.input),
        outputParts: hashesOf(span.output),
        toolDefinitionParts: span.toolDefinitions.map((text) => keep(text, day)),
        documentParts: span.documents.map((document) => keep(toJsonText(document) ?? 'null', day)),
        inputPreview: span.input === null ? '' : preview(previewOf(span.input, 'input')),
        outputPreview: span.output === null ? '' : preview(previewOf(span.output, 'output')),
      };
    });
    return {
      rows,
      perSpan,
      /** Only what is safely in the journal may be remembered as stored. */
      commit: () => {
        for (const key of fresh) remembered.add(key);
        if (remembered.size > REMEMBERED_MAX) {
          before = remembered;
          remembered = new Set();
        }
      },
    };
  };
}
