import type { Span } from '@sightglass/contract/trace';

export type SpanEvent = Span['events'][number];
export type SpanLink = Span['links'][number];
