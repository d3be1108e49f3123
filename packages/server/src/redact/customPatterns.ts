/**
 * Patterns of a workspace's own. People write them and hostile text meets them, so they run in an engine that
 * is linear in the text (RE2) and never in the one of JavaScript; what is left of the danger, a program of many
 * instructions, is bounded by size here and by time where they run (`textMasking.ts`).
 */
import type { CustomPattern } from '@sightglass/contract/redaction';
import type { FieldError } from '@sightglass/contract/errors';
import { RE2JS, RE2JSException, RE2JSSyntaxException, RE2Set } from 're2js';
import type { Finding } from './detectors/finding.ts';

/** Instructions of a compiled pattern, and of all of a workspace; each can cost a step for each character. */
const PROGRAM_SIZE_MAX = 500;
const PROGRAM_SIZE_OF_ALL_MAX = 5_000;

export interface CompiledPattern {
  name: string;
  replacement: string;
  find(text: string): Finding[];
}

export interface CompiledPatterns {
  list: readonly CompiledPattern[];
  /** Steps that a character costs at most, roughly. */
  programSize: number;
  /** Which of the list find anything in the text, in one pass over it: several times faster than to ask where. */
  matching(text: string): readonly number[];
}

/** What is masked is told by its rule's name. */
export const markerOf = (name: string): string => `[${name}]`;

/** @throws RE2JSException for patterns that `checkPatterns` would refuse. */
export function compilePatterns(patterns: readonly CustomPattern[]): CompiledPatterns {
  const compiled = patterns.map(({ pattern }) => RE2JS.compile(pattern));
  const list = patterns.map(({ name, replacement = markerOf(name) }, i) => ({ name, replacement, find: finderOf(compiled[i] as RE2JS) }));
  const programSize = compiled.reduce((size, pattern) => size + pattern.programSize(), 0);
  if (list.length === 0) return { list, programSize, matching: () => [] };
  const set = new RE2Set(RE2Set.UNANCHORED, 0);
  for (const { pattern } of patterns) set.add(pattern);
  set.compile();
  return { list, programSize, matching: (text) => set.match(text) as number[] };
}

/** The finder of a pattern; where it matches nothing at all, nothing is found. */
const finderOf =
  (pattern: RE2JS) =>
  (text: string): Finding[] => {
    const found: Finding[] = [];
    const matcher = pattern.matcher(text);
    while (matcher.find()) if (matcher.end() > matcher.start()) found.push({ start: matcher.start(), end: matcher.end() });
    return found;
  };

/** What is wrong with patterns, in words for who wrote them; empty when all can be used. `within` points to what holds them. */
export function checkPatterns(patterns: readonly CustomPattern[], within = ''): FieldError[] {
  const errors = patterns.flatMap((pattern, i) => {
    const message = problemOf(pattern);
    return message === undefined ? [] : [{ pointer: `${within}/patterns/${i}/pattern`, message }];
  });
  if (errors.length > 0) return errors;
  const { programSize } = compilePatterns(patterns);
  if (programSize <= PROGRAM_SIZE_OF_ALL_MAX) return [];
  return [
    { pointer: `${within}/patterns`, message: `compile to ${programSize} instructions together; at most ${PROGRAM_SIZE_OF_ALL_MAX} may be used` },
  ];
}

function problemOf({ pattern, replacement }: CustomPattern): string | undefined {
  try {
    const compiled = RE2JS.compile(pattern);
    const size = compiled.programSize();
    if (size > PROGRAM_SIZE_MAX) return `compiles to ${size} instructions; at most ${PROGRAM_SIZE_MAX} may be used: shorten its repetitions`;
    if (compiled.matcher('').find()) return 'matches the empty text, so it would match everywhere';
    if (replacement !== undefined && compiled.matcher(replacement).find()) return 'matches its own replacement, so masking would never end';
    return undefined;
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return `${error.error} at position ${positionOf(error, pattern)}`;
    if (error instanceof RE2JSException) return error.message;
    throw error;
  }
}

/** From 0. The engine tells the part that it stumbled over, not where it is; what is not closed ends with the pattern. */
function positionOf({ error, input }: RE2JSSyntaxException, pattern: string): number {
  if (error.startsWith('missing closing )') || input === null) return pattern.length;
  const at = pattern.lastIndexOf(input);
  return at < 0 ? 0 : at;
}
