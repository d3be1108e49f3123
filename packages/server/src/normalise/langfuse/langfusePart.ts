/**
 * The parts of which Langfuse's older clients tell a trace: a batch's items. A trace and an observation are each
 * told in several, a create and its updates, which may come in different requests and in any order.
 */

export type Json = Readonly<Record<string, unknown>>;

/** What a part is about. Scores and logs of the client are kept, and make no span. */
export type PartAbout = 'trace' | 'observation' | 'score' | 'log';

interface ItemType {
  about: PartAbout;
  /** As `langfuse.observation.type` names it; null where the body does. */
  observation: string | null;
  /** Whether it begins what it is about; else it adds to it. */
  creates: boolean;
}

const trace: ItemType = { about: 'trace', observation: null, creates: true };
const creating = (observation: string | null): ItemType => ({ about: 'observation', observation, creates: true });
const updating = (observation: string | null): ItemType => ({ about: 'observation', observation, creates: false });
const kept = (about: PartAbout): ItemType => ({ about, observation: null, creates: false });

/** The types of items in the public ingestion API. */
export const ITEM_TYPES: ReadonlyMap<string, ItemType> = new Map([
  ['trace-create', trace],
  ['span-create', creating('span')],
  ['span-update', updating('span')],
  ['generation-create', creating('generation')],
  ['generation-update', updating('generation')],
  ['event-create', creating('event')],
  ['agent-create', creating('agent')],
  ['tool-create', creating('tool')],
  ['chain-create', creating('chain')],
  ['retriever-create', creating('retriever')],
  ['evaluator-create', creating('evaluator')],
  ['embedding-create', creating('embedding')],
  ['guardrail-create', creating('guardrail')],
  ['observation-create', creating(null)],
  ['observation-update', updating(null)],
  ['score-create', kept('score')],
  ['sdk-log', kept('log')],
]);

export interface LangfusePart {
  /** The client's own id of the item, and the hash by which a resent one is known. */
  itemId: string;
  itemKey: string;
  /** A key of `ITEM_TYPES`. */
  type: string;
  about: PartAbout;
  creates: boolean;
  /** 32 hex digits; null of what belongs to no trace. */
  traceId: string | null;
  /** 16 hex digits; null unless it is about an observation. */
  spanId: string | null;
  /** When the client wrote it: of two that say different things the later one holds. */
  timestampNs: bigint;
  /** Its place in the batch, which decides between two of the same time. */
  place: number;
  /** Of an observation: whether it names a parent, and when it began and ended as far as this part tells. Of a trace: its time. */
  hasParent: boolean;
  startNs: bigint | null;
  endNs: bigint | null;
  name: string | null;
  sdkName: string;
  sdkVersion: string;
  body: Json;
}
