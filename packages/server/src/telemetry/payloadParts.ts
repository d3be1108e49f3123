import { hash as digest } from 'node:crypto';
import type { Sealer } from '../encryption/envelope.ts';
import type { CanonicalSpan, Payload } from '../normalise/canonicalSpan.ts';
import { createPreviews } from '../normalise/payload.ts';
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

export interface SplitPayloads {
  /** Parts to be stored. */
  rows: PayloadRow[];
  /** Parts that only spans have which are held back. */
  held: PayloadRow[];
  perSpan: SpanPayloads[];
  /** Only what is safely in the journal may be remembered as stored. */
  commit: () => void;
}

interface Part {
  hash: Buffer;
  key: string;
  stored: boolean;
  held: boolean;
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
    isHeld: (index: number) => boolean = () => false,
  ): SplitPayloads {
    const rows: PayloadRow[] = [];
    const held: PayloadRow[] = [];
    const fresh = new Set<string>();
    // The spans of one request repeat their texts: a parent its child's, a turn the turns before it.
    const seen = new Map<string, Part>();
    let seenOfDay = -1;
    const partOf = (content: string, day: number): Part => {
      if (day !== seenOfDay) seen.clear();
      seenOfDay = day;
      const known = seen.get(content);
      if (known !== undefined) return known;
      const hash = contentHash(content, sealer);
      const key = `${workspaceId}:${day}:${hash.toString('latin1')}`;
      const stored = fresh.has(key) || remembered.has(key) || before.has(key);
      const part = { hash, key, stored, held: false };
      seen.set(content, part);
      return part;
    };
    const keep = (content: string, day: number, isOfHeld: boolean): Buffer => {
      const part = partOf(content, day);
      if (!part.stored && !(isOfHeld && part.held)) {
        (isOfHeld ? held : rows).push({ day, hash: part.hash, content: sealer === null ? content : sealer.seal(content) });
        if (isOfHeld) part.held = true;
        else part.stored = true;
      }
      // What is only held is not there for long, and must not be taken for stored.
      if (part.stored) fresh.add(part.key);
      return part.hash;
    };
    const previewOf = createPreviews();
    const preview = (text: string) => (sealer === null || text === '' ? text : sealer.seal(text));
    const perSpan = spans.map((span, i): SpanPayloads => {
      const isOfHeld = isHeld(i);
      const day = Number(span.startNs / NS_PER_DAY);
      const hashesOf = (payload: Payload | null) => (payload === null ? [] : payload.parts.map((part) => keep(part, day, isOfHeld)));
      return {
        inputParts: hashesOf(span.input),
        outputParts: hashesOf(span.output),
        toolDefinitionParts: span.toolDefinitions.map((text) => keep(text, day, isOfHeld)),
        documentParts: span.documents.map((document) => keep(toJsonText(document) ?? 'null', day, isOfHeld)),
        inputPreview: span.input === null ? '' : preview(previewOf(span.input, 'input')),
        outputPreview: span.output === null ? '' : preview(previewOf(span.output, 'output')),
      };
    });
    return {
      rows,
      held,
      perSpan,
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
