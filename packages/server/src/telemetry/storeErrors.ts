/**
 * ClickHouse error codes that speak of the data itself, so that trying the same bytes again cannot help.
 * Names and numbers: `src/Common/ErrorCodes.cpp` of ClickHouse.
 */
const CONTENT_CODES: ReadonlyMap<number, string> = new Map([
  [6, 'CANNOT_PARSE_TEXT'],
  [9, 'SIZES_OF_COLUMNS_DOESNT_MATCH'],
  [10, 'NOT_FOUND_COLUMN_IN_BLOCK'],
  [27, 'CANNOT_PARSE_INPUT_ASSERTION_FAILED'],
  [32, 'ATTEMPT_TO_READ_AFTER_EOF'],
  [33, 'CANNOT_READ_ALL_DATA'],
  [50, 'UNKNOWN_TYPE'],
  [53, 'TYPE_MISMATCH'],
  [62, 'SYNTAX_ERROR'],
  [69, 'ARGUMENT_OUT_OF_BOUND'],
  [117, 'INCORRECT_DATA'],
  [128, 'TOO_LARGE_ARRAY_SIZE'],
  [131, 'TOO_LARGE_STRING_SIZE'],
  [190, 'SIZES_OF_ARRAYS_DONT_MATCH'],
  [321, 'VALUE_IS_OUT_OF_RANGE_OF_DATA_TYPE'],
  [636, 'CANNOT_EXTRACT_TABLE_STRUCTURE'],
]);

/** Whether the store refused an insert for what it holds; anything else (down, full, busy) may pass later. */
export function isRefusedForItsContent(error: unknown): boolean {
  return CONTENT_CODES.has(storeErrorCode(error));
}

/** The refusal in words that hold nothing of the data and of the machine. */
export function storeErrorText(error: unknown): string {
  const code = storeErrorCode(error);
  return `the store refused it: ${CONTENT_CODES.get(code) ?? 'error'} (${code})`;
}

/** The engine's error number, or NaN for an error that is not of the engine. */
export function storeErrorCode(error: unknown): number {
  return error instanceof Error && 'code' in error ? Number(error.code) : Number.NaN;
}
