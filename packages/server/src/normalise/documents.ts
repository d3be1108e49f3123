/**
 * Retrieved documents out of what clients record: lists of objects in attributes, and the JSON text of a
 * retriever's output. LangChain documents (`page_content`, `metadata`), vector store matches (`id`, `score`,
 * `text`), LlamaIndex nodes, pairs of document and score. Score and id often stand in the metadata only.
 */
import type { RetrievedDocumentText } from './canonicalSpan.ts';
import { asObject, ownProperty, parseJson, toNumber } from './attributes.ts';
import { jsonTextOf } from './jsonText.ts';

/** More documents than this are not kept one by one. */
const DOCUMENTS_MAX = 1_000;
/** Longer outputs are no lists of search hits, and parsing them would hold up every other span. */
const TEXT_LENGTH_MAX = 8_000_000;
/** Objects around the list; real ones nest one or two deep. */
const WRAPPERS_MAX = 3;

/** Where the list stands when the output is an object, most telling first. */
const LIST_KEYS = [
  'documents',
  'outputs',
  'output',
  'docs',
  'results',
  'result',
  'matches',
  'hits',
  'chunks',
  'nodes',
  'sources',
  'items',
  'data',
  'points',
  'context',
] as const;
const ID_KEYS = ['id', '_id', 'doc_id', 'docId', 'document_id', 'documentId', 'chunk_id', 'chunkId', 'node_id', 'id_'] as const;
const SCORE_KEYS = ['score', 'relevance_score', 'relevanceScore', 'similarity', 'similarity_score', 'similarityScore', '_score'] as const;
const CONTENT_KEYS = ['content', 'text', 'page_content', 'pageContent', 'document', 'document.content', 'chunk', 'body'] as const;
const METADATA_KEYS = ['metadata', 'meta', 'payload'] as const;

type JsonObject = Readonly<Record<string, unknown>>;

/** The documents in the JSON text of an output, in the order returned; none when it holds no such list. */
export function documentsInText(text: string): RetrievedDocumentText[] {
  return text.length > TEXT_LENGTH_MAX ? [] : (documentsIn(parseJson(text)) ?? []);
}

/** Documents of a list, in its order, or of the list inside an object; undefined when the value holds none. Vectors are left out. */
export function documentsIn(value: unknown): RetrievedDocumentText[] | undefined {
  const documents = listed(value, WRAPPERS_MAX);
  return documents.length === 0 ? undefined : documents;
}

function listed(value: unknown, wrappersLeft: number): RetrievedDocumentText[] {
  if (Array.isArray(value)) {
    // One query's hits may come as the only element of a list of queries.
    const [only] = value;
    if (value.length === 1 && Array.isArray(only) && scoreBeside(only) === undefined && wrappersLeft > 0) return listed(only, wrappersLeft - 1);
    return value.slice(0, DOCUMENTS_MAX).flatMap((element: unknown) => documentIn(element) ?? []);
  }
  const object = asObject(value);
  if (object === undefined || wrappersLeft === 0) return [];
  for (const key of LIST_KEYS) {
    const documents = listed(ownProperty(object, key), wrappersLeft - 1);
    if (documents.length > 0) return documents;
  }
  return [];
}

/** The score of `[document, score]`, as LangChain's searches with score return. */
function scoreBeside(pair: readonly unknown[]): number | undefined {
  return pair.length === 2 && asObject(pair[0]) !== undefined ? toNumber(pair[1]) : undefined;
}

function documentIn(element: unknown): RetrievedDocumentText | undefined {
  if (typeof element === 'string') return { id: null, score: null, content: element, metadata: null };
  if (Array.isArray(element)) {
    const score = scoreBeside(element);
    const document = score === undefined ? undefined : documentIn(element[0]);
    return document === undefined ? undefined : { ...document, score: document.score ?? score ?? null };
  }
  const object = asObject(element);
  if (object === undefined) return undefined;
  const document = documentOf(object);
  const saysNothing = document.content === null && document.score === null && (document.id === null || document.metadata === null);
  return saysNothing ? undefined : document;
}

/**
 * One document: `id` and `score` from the object itself, else from its metadata. It may be wrapped once:
 * `{document: {…}, relevance_score}`, LlamaIndex's `{node: {…}, score}`, LangChain's serialised `{lc, id, kwargs}`.
 */
export function documentOf(sent: JsonObject): RetrievedDocumentText {
  const serialised = asObject(ownProperty(sent, 'kwargs'));
  const object = serialised ?? asObject(ownProperty(sent, 'document')) ?? asObject(ownProperty(sent, 'node')) ?? sent;
  // The `id` of a serialised object is the name of its class.
  const outer = serialised === undefined ? sent : {};
  const metadata = firstPresent(object, METADATA_KEYS) ?? firstPresent(outer, METADATA_KEYS);
  const details = asObject(typeof metadata === 'string' ? parseJson(metadata) : metadata) ?? {};
  return {
    id: textIn(object, ID_KEYS) ?? textIn(outer, ID_KEYS) ?? textIn(details, ID_KEYS),
    score: numberIn(object, SCORE_KEYS) ?? numberIn(sent, SCORE_KEYS) ?? numberIn(details, SCORE_KEYS),
    content: textIn(object, CONTENT_KEYS) ?? contentOf(ownProperty(object, 'content')) ?? textIn(details, CONTENT_KEYS),
    metadata: metadata === undefined ? null : typeof metadata === 'string' ? metadata : jsonTextOf(metadata),
  };
}

function firstPresent(object: JsonObject, keys: readonly string[]): unknown {
  for (const key of keys) {
    const value = ownProperty(object, key);
    if (value !== undefined && value !== null) return value;
  }
  return undefined;
}

function textIn(object: JsonObject, keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = ownProperty(object, key);
    if (typeof value === 'string' && value !== '') return value;
    if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  }
  return null;
}

function numberIn(object: JsonObject, keys: readonly string[]): number | null {
  for (const key of keys) {
    const value = toNumber(ownProperty(object, key));
    if (value !== undefined) return value;
  }
  return null;
}

/** Content in parts (the conventions' messages) as JSON text. */
function contentOf(value: unknown): string | null {
  return typeof value === 'object' && value !== null ? jsonTextOf(value) : null;
}
