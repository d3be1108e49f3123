/** Limits of what a request may carry, beside the decoders that keep them. Each has a test just under and just over. */

/** Of a request's body, before and after inflating (the OTLP specification recommends 64 MiB). */
export const BODY_BYTES_MAX = 64 * 1024 * 1024;

/** Of all bodies that are being read at one time, through whatever door, so that many slow senders of large bodies cannot fill the memory. */
export const READING_BYTES_MAX = 256 * 1024 * 1024;

/** Of a request to the Events API, before and after inflating: at most 1000 events. */
export const EVENT_BODY_BYTES_MAX = 16 * 1024 * 1024;

/** Up to here a batch of events is read in the program's own thread, in a few milliseconds; a larger one in the receive worker. */
export const EVENT_INLINE_BYTES_MAX = 64 * 1024;

/**
 * Objects, lists and commas of a JSON body together: `[],[],…` takes 3 bytes an element on the wire and tens of them
 * when it is parsed. OTLP needs 9 bytes for each of these at least, so that no request of 64 MiB comes near it.
 */
export const JSON_MARKS_MAX = 8_000_000;

/** Lists and maps inside one another in an attribute; deeper ones become `NESTED_TOO_DEEP`, so that recursion is bounded. */
export const NESTING_DEPTH_MAX = 32;
export const NESTED_TOO_DEEP = '[nested too deep]';

/**
 * Attributes of one span, log record, event, link or resource, and entries of one map: the first ones stay, and
 * `otel.dropped_attributes_count` tells how many did not. SDKs keep 128 by default; instrumentations that write a
 * conversation as flat keys need some thousand. A data point with more is refused: without them it would be another series.
 */
export const ATTRIBUTES_OF_ITEM_MAX = 4_096;

/** Attributes and entries of maps of one request together; what comes after is refused. An attribute is 6 bytes on the wire and a hundred in memory. */
export const ATTRIBUTES_MAX = 2_000_000;

/** An attribute's key, in UTF-16 code units. One with a longer key is left out and counted: keys that are cut could become the same. */
export const KEY_CHARS_MAX = 1_024;

/**
 * One text inside an attribute, a body or a payload, in UTF-16 code units: a whole conversation, or an image as base64. Longer
 * ones are cut between characters and end in `…[truncated N characters]`; bytes that are longer become a text that tells how long.
 */
export const TEXT_CHARS_MAX = 4 * 1024 * 1024;

/** Elements of one list; an embedding has some thousand. Further ones are replaced by one text, `…[truncated N values]`. */
export const LIST_VALUES_MAX = 65_536;

/** Elements of all lists of one request together; what comes after is refused. As doubles, 64 MiB hold 6 million. */
export const LIST_VALUES_OF_REQUEST_MAX = 8_000_000;

/**
 * Names, in UTF-16 code units: of spans, their events, scopes (loggers), log events, severities; units and descriptions of metrics.
 * Longer ones are cut like texts. A metric with a longer name is refused: it would become one with another.
 */
export const NAME_CHARS_MAX = 1_024;

/** What a span says of its status; stack traces come here. Cut like a text. */
export const STATUS_MESSAGE_CHARS_MAX = 65_536;

/** Events, and links, of one span: the first ones stay, and `otel.dropped_events_count`, `…_links_count` tell of the others. Streams write one a token. */
export const EVENTS_OF_SPAN_MAX = 10_000;
export const LINKS_OF_SPAN_MAX = 10_000;

/** Times outside 1970-01-02 … 2148-12-31 are no times: the store counts days in 16 bits. */
export const TIME_NS_MIN = 86_400_000_000_000n;
export const TIME_NS_MAX = 5_648_486_400_000_000_000n;

/** 2020-01-01. What happened before is told by a clock that was never set; how long older data is kept is the retention's to say. */
export const EARLIEST_NS = 1_577_836_800_000_000_000n;

/** How far a sender's clock may be ahead of ours: a day, so that one with the wrong time zone is heard. */
export const AHEAD_NS_MAX = 86_400_000_000_000n;

/** Calendar months (UTC) that one request may touch: tables are partitioned by month, and each month makes an insert, and every merge after it, a part more. */
export const MONTHS_MAX = 24;

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
