/** Limits of what a request may carry, beside the decoders that keep them. Each has a test just under and just over. */

/** Of a request's body, before and after inflating (the OTLP specification recommends 64 MiB). */
export const BODY_BYTES_MAX = 64 * 1024 * 1024;

/** Of all bodies that are being read at one time, so that many slow senders of large bodies cannot fill the memory. */
export const READING_BYTES_MAX = 256 * 1024 * 1024;

/** Of a request to the Events API: it is read in the program's own thread, so a large one holds up everybody. */
export const EVENT_BODY_BYTES_MAX = 16 * 1024 * 1024;

/** Lists and maps inside one another in an attribute; deeper ones become `NESTED_TOO_DEEP`, so that recursion is bounded. */
export const NESTING_DEPTH_MAX = 32;
export const NESTED_TOO_DEEP = '[nested too deep]';

/** Times outside 1970-01-02 … 2148-12-31 are no times: the store counts days in 16 bits. */
export const TIME_NS_MIN = 86_400_000_000_000n;
export const TIME_NS_MAX = 5_648_486_400_000_000_000n;

/** Spans of one request. A span is 36 bytes on the wire and kilobytes in memory; clients send hundreds to thousands at once. */
export const SPANS_MAX = 200_000;

/** Events and links of all spans of one request together: an empty event is 2 bytes on the wire, so that 64 MiB could hold 32 million. */
export const EVENTS_AND_LINKS_MAX = 200_000;

/** Log records of one request. A record may be empty, so that 64 MiB could hold 32 million of them; clients send thousands at most. */
export const LOG_RECORDS_MAX = 200_000;

/** Items of one batch of Langfuse's older clients. They send 15 to some hundreds at once; an item is 100 bytes at least. */
export const INGESTION_ITEMS_MAX = 10_000;

/** Lists and maps inside one another in an item of such a batch; serialised LangChain objects have some tens. Deeper ones are refused: they could not be written out. */
export const INGESTION_DEPTH_MAX = 128;
