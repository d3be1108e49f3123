/** Conditions over a row of `spans` that several questions share, so that a call or a failure is the same thing in all of them. */
import { CALL_KINDS, FAILED_STATUSES, USAGE_KINDS } from '@sightglass/contract/spanKinds';

const listOf = (values: readonly string[]) => values.map((value) => `'${value}'`).join(', ');

/** A wrapper that repeats the call inside it is not a call of its own. */
const COUNTED = 'superseded = 0';

export const FAILED = `status IN (${listOf(FAILED_STATUSES)})`;
export const IS_CALL = `(kind IN (${listOf(CALL_KINDS)}) AND ${COUNTED})`;
/** Spans whose usage and cost count; what other kinds carry repeats one of these. */
export const HAS_USAGE = `(kind IN (${listOf(USAGE_KINDS)}) AND ${COUNTED})`;
export const isCallOf = (kind: (typeof CALL_KINDS)[number]) => `(kind = '${kind}' AND ${COUNTED})`;
export const IS_RUN = 'is_run = 1';
/** An http server span (OTLP kind 2). */
export const IS_REQUEST = `(kind = 'http' AND otel_kind = 2)`;
export const REQUEST_FAILED = `(${FAILED} OR status_code >= 500)`;

/** A call or run that was begun and not ended has no length yet. */
export const ENDED = `status != 'running'`;

/** The model that answered, else the one that was asked for. */
export const MODEL = `if(response_model != '', response_model, request_model)`;

/** Prompt and completion; where a client only says a total, the total. NULL when it says nothing. */
export const ALL_TOKENS = 'if(isNull(input_tokens) AND isNull(output_tokens), total_tokens, ifNull(input_tokens, 0) + ifNull(output_tokens, 0))';

/**
 * A call without a price. One that failed before it used anything costs nothing and is not missing a price;
 * one that worked and tells its model, or tells tokens, is.
 */
export const IS_UNPRICED = `(${HAS_USAGE} AND isNull(cost_usd) AND (isNotNull(${ALL_TOKENS}) OR (${MODEL} != '' AND NOT ${FAILED})))`;

/** The cost rests on tokens that nobody reported for certain, or on rates that are not known. */
const COST_ESTIMATED = `cost_source = 'estimated'`;
export const HAS_ESTIMATED_COST = `(${HAS_USAGE} AND ${COST_ESTIMATED})`;
/** Its cost, or its tokens: these may be an estimate where the cost was reported, or no price is known. */
export const IS_APPROXIMATE = `(${HAS_USAGE} AND (usage_estimated = 1 OR ${COST_ESTIMATED}))`;

export const ENDS_AT_NS = '(toUnixTimestamp64Nano(start_time) + toInt64(duration_ns))';
export const NO_PARENT = `parent_span_id = toFixedString('', 8)`;
