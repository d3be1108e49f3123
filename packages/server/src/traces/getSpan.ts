import type { WorkspaceId } from '@sightglass/contract/ids';
import type { CostSource, SpanKind } from '@sightglass/contract/spanKinds';
import type { CostBreakdown, RetrievedDocument, SpanDetail } from '@sightglass/contract/trace';
import type { OpenText } from '../encryption/envelope.ts';
import type { TelemetryReader } from '../explore/reader.ts';
import { spansOfTraces } from '../explore/spanSource.ts';
import type { Usage } from '../normalise/canonicalSpan.ts';
import { readMessages } from '../normalise/messages.ts';
import { readLoggedMessages } from '../logs/loggedMessages.ts';
import { fail, ok, type Result } from '../result.ts';
import { findTraceBounds } from './getTrace.ts';
import { partsOf, readPayloadParts } from './payloadParts.ts';
import { contentOf, type SpanContents, textOf, withoutOwnContent } from './spanContent.ts';
import {
  attributesOf,
  countOrNull,
  type DetailSpanRow,
  eventsOf,
  jsonOr,
  linksOf,
  recordOf,
  SPAN_COLUMNS,
  summarySpan,
  textOrNull,
} from './spanRow.ts';
import { readToolDefinition } from './toolDefinition.ts';

/** A stored call, as far as the sum behind its cost needs it. */
export interface PricedCall {
  workspaceId: WorkspaceId;
  kind: SpanKind;
  provider: string | null;
  requestModel: string | null;
  responseModel: string | null;
  serviceTier: string | null;
  startNs: bigint;
  usage: Usage;
  /** The price that was used; null for a reported cost and for an unpriced call. */
  priceId: string | null;
  costSource: CostSource | null;
}

/** Finds the price and adds up; null when there is nothing to explain. */
export type ExplainCost = (call: PricedCall) => CostBreakdown | null | Promise<CostBreakdown | null>;

/** One span with everything the span panel shows. */
export async function getSpan(reader: TelemetryReader, traceId: string, spanId: string, explainCost: ExplainCost): Promise<Result<SpanDetail>> {
  const noSuchSpan = fail('not-found', `There is no span ${spanId.slice(0, 64)} in this trace.`);
  const id = spanId.toLowerCase();
  if (!/^[0-9a-f]{16}$/.test(id)) return noSuchSpan;
  const bounds = await findTraceBounds(reader, traceId);
  if (!bounds.ok) return bounds;
  const { source, params } = spansOfTraces([bounds.value]);
  const rows = await reader.query<DetailSpanRow>({
    sql: `SELECT ${SPAN_COLUMNS.detail} FROM ${source} WHERE span_id = toFixedString(unhex({spanId:String}), 8) ORDER BY version DESC LIMIT 1`,
    params: { ...params, spanId: id },
  });
  if (!rows.ok) return rows;
  const [row] = rows.value;
  if (row === undefined) return noSuchSpan;
  const startNs = BigInt(row.start_ns);
  const hashes = new Set([...row.input_parts_hex, ...row.output_parts_hex, ...row.tool_definition_parts_hex, ...row.document_parts_hex]);
  const contents = await readPayloadParts(reader, hashes, startNs, startNs);
  if (!contents.ok) return contents;
  const logged = await readLoggedMessages(reader, bounds.value, withoutOwnContent([row]));
  if (!logged.ok) return logged;
  const call = pricedCall(row, reader.workspaceId, startNs);
  return ok({
    ...detailOf(row, { parts: contents.value, logged: logged.value }, reader.open),
    cost_breakdown: call === undefined ? null : await explainCost(call),
  });
}

function detailOf(row: DetailSpanRow, contents: SpanContents, open: OpenText): Omit<SpanDetail, 'cost_breakdown'> {
  const input = contentOf(row, 'input', contents);
  const output = contentOf(row, 'output', contents);
  return {
    ...summarySpan(row),
    input: textOf(input),
    output: textOf(output),
    attributes: attributesOf(row, open),
    events: eventsOf(row.events, open),
    links: linksOf(row.links),
    input_messages: input === null ? [] : readMessages(input.format, input.parts, 'input'),
    output_messages: output === null ? [] : readMessages(output.format, output.parts, 'output'),
    documents: partsOf(row.document_parts_hex, contents.parts).map(readDocument),
    tool_definitions: partsOf(row.tool_definition_parts_hex, contents.parts).map(readToolDefinition),
    resource: recordOf<string>(row.resource),
    usage_reported: recordOf<number>(row.usage_reported),
  };
}

/** A document part is the JSON text of a `RetrievedDocumentText`, whose metadata is JSON text again. */
function readDocument(text: string): RetrievedDocument {
  const sent = jsonOr(text, null);
  const document: Record<string, unknown> = typeof sent === 'object' && sent !== null ? (sent as Record<string, unknown>) : { content: text };
  return {
    id: typeof document.id === 'string' ? document.id : null,
    score: typeof document.score === 'number' ? document.score : null,
    content: typeof document.content === 'string' ? document.content : null,
    metadata: typeof document.metadata === 'string' ? jsonOr(document.metadata, document.metadata) : (document.metadata ?? null),
  };
}

/** Undefined where nothing was charged. */
function pricedCall(row: DetailSpanRow, workspaceId: WorkspaceId, startNs: bigint): PricedCall | undefined {
  if (row.cost === null) return undefined;
  return {
    workspaceId,
    kind: row.kind,
    provider: textOrNull(row.provider),
    requestModel: textOrNull(row.request_model),
    responseModel: textOrNull(row.response_model),
    serviceTier: textOrNull(row.service_tier),
    startNs,
    priceId: textOrNull(row.price_id),
    costSource: row.cost_source === '' ? null : row.cost_source,
    usage: {
      inputTokens: countOrNull(row.input_tokens),
      outputTokens: countOrNull(row.output_tokens),
      cacheReadTokens: countOrNull(row.cache_read_tokens),
      cacheWriteTokens: countOrNull(row.cache_write_tokens),
      cacheWrite1hTokens: countOrNull(row.cache_write_1h_tokens),
      reasoningTokens: countOrNull(row.reasoning_tokens),
      audioInputTokens: countOrNull(row.audio_input_tokens),
      audioOutputTokens: countOrNull(row.audio_output_tokens),
      imageInputTokens: countOrNull(row.image_input_tokens),
      totalTokens: countOrNull(row.total_tokens),
      reported: recordOf<number>(row.usage_reported),
      rule: row.token_rule,
      estimated: row.usage_estimated === 1,
    },
  };
}
