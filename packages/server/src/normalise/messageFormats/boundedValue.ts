/**
 * Values of unknown shape on their way into an answer: tool arguments, tool results, parts that no format
 * explains. Bounded in depth and in number, because writing an answer as JSON recurses; without inline
 * media, because nobody reads base64.
 */
import { inlineMediaOf } from './media.ts';

export type JsonObject = { readonly [key: string]: unknown };

/** Deeper than any real payload; far below what a recursive JSON writer can take. */
const DEPTH_MAX = 48;
/** Objects, lists and scalars of one value. Beyond it the rest is left out, and says so. */
const NODES_MAX = 20_000;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A copy of a parsed JSON value with the limits above; what is cut is replaced by a text that says so. */
export function boundedValue(value: unknown): unknown {
  const budget = { nodes: NODES_MAX };
  return bounded(value, DEPTH_MAX, budget);
}

function bounded(value: unknown, depthLeft: number, budget: { nodes: number }): unknown {
  budget.nodes -= 1;
  if (typeof value === 'string') return inlineMediaOf(value)?.label ?? value;
  if (typeof value !== 'object' || value === null) return value;
  if (depthLeft === 0) return '[nested too deeply]';
  if (budget.nodes <= 0) return '[too large]';
  if (Array.isArray(value)) {
    const kept = value.slice(0, Math.max(budget.nodes, 0)).map((inner) => bounded(inner, depthLeft - 1, budget));
    if (kept.length < value.length) kept.push(`[${value.length - kept.length} more]`);
    return kept;
  }
  const copy: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    if (budget.nodes <= 0) break;
    // A plain assignment of this key would set the prototype instead.
    if (key !== '__proto__') copy[key] = bounded(inner, depthLeft - 1, budget);
  }
  return copy;
}

/** Longer texts inside a message are not looked into for JSON. */
const NESTED_JSON_LENGTH_MAX = 2_000_000;

/**
 * Tool arguments as a value. Clients send an object, its JSON text, or the JSON text of that text
 * (semconv.md, section 8); a text that is no JSON stays a text.
 */
export function decodedJson(value: unknown): unknown {
  let decoded = value;
  for (let round = 0; round < 3 && typeof decoded === 'string'; round += 1) {
    const trimmed = decoded.trimStart();
    const first = trimmed[0];
    if (trimmed.length > NESTED_JSON_LENGTH_MAX || (first !== '{' && first !== '[' && !(first === '"' && /^"\s*[{["]|^"\s*\\"/.test(trimmed)))) break;
    try {
      decoded = JSON.parse(decoded);
    } catch {
      break;
    }
  }
  return boundedValue(decoded);
}
