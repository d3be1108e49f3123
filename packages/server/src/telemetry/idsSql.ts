/**
 * Conditions that pick rows by ids, given as lists of hex texts: sets, by which the engine also finds the key. The ids of a
 * set must have their column's length: compared as text, an id that ends in a zero byte, one of 256, is found nowhere.
 */
const idsOf = (parameter: string, bytes: number) => `(SELECT toFixedString(unhex(arrayJoin({${parameter}:Array(String)})), ${bytes}))`;

/** For `traceIds`: 32 digits each. */
export const TRACE_ID_IN = `trace_id IN ${idsOf('traceIds', 16)}`;
/** For `spanIds`: 16 digits each. */
export const SPAN_ID_IN = `span_id IN ${idsOf('spanIds', 8)}`;
