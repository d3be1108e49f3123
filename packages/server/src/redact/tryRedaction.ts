/** A text under rules that are being tried: what becomes of it, and which rules found something. */
import type { Redaction } from '@sightglass/contract/redaction';
import { createRedactor } from './redactor.ts';

export function tryRedaction(text: string, redaction: Redaction): { text: string; hits: { rule: string; count: number }[] } {
  const request = createRedactor(redaction).forRequest();
  const masked = request.text(text);
  return { text: masked, hits: [...request.hits].map(([rule, count]) => ({ rule, count })).sort((a, b) => (a.rule < b.rule ? -1 : 1)) };
}
