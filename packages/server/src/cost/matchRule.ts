/**
 * Which model names a price is for. The shape is the source's own, so that its rules carry over unread;
 * names are compared in lower case.
 */
import { z } from 'zod';

export type MatchRule =
  | { equals: string }
  | { starts_with: string }
  | { ends_with: string }
  | { contains: string }
  /** A name with `*` for any characters or none. */
  | { glob: string }
  /** Only in bundled data: an expression typed by a member could be made to run for hours. */
  | { regex: string }
  | { and: MatchRule[] }
  | { or: MatchRule[] };

export const MatchRuleSchema: z.ZodType<MatchRule> = z.lazy(() =>
  z.union([
    z.strictObject({ equals: z.string() }),
    z.strictObject({ starts_with: z.string() }),
    z.strictObject({ ends_with: z.string() }),
    z.strictObject({ contains: z.string() }),
    z.strictObject({ glob: z.string() }),
    z.strictObject({ regex: z.string() }),
    z.strictObject({ and: z.array(MatchRuleSchema) }),
    z.strictObject({ or: z.array(MatchRuleSchema) }),
  ]),
);

/** A rule that is not a plain name, with how much of a name it fixes: the more, the more specific. */
export interface NamePattern {
  literalLength: number;
  matches(name: string): boolean;
}

/** A rule taken apart: names that it lists in full, and patterns. */
export interface CompiledRule {
  names: string[];
  patterns: NamePattern[];
}

export function compileRule(rule: MatchRule): CompiledRule {
  if ('equals' in rule) return { names: [rule.equals.toLowerCase()], patterns: [] };
  if ('or' in rule) {
    const alternatives = rule.or.map(compileRule);
    return { names: alternatives.flatMap(({ names }) => names), patterns: alternatives.flatMap(({ patterns }) => patterns) };
  }
  return { names: [], patterns: [compilePattern(rule)] };
}

function compilePattern(rule: MatchRule): NamePattern {
  if ('equals' in rule) return textPattern(rule.equals, (name, text) => name === text);
  if ('starts_with' in rule) return textPattern(rule.starts_with, (name, text) => name.startsWith(text));
  if ('ends_with' in rule) return textPattern(rule.ends_with, (name, text) => name.endsWith(text));
  if ('contains' in rule) return textPattern(rule.contains, (name, text) => name.includes(text));
  if ('glob' in rule) return globPattern(rule.glob);
  if ('regex' in rule) {
    const expression = new RegExp(rule.regex, 'i');
    return { literalLength: literalStart(rule.regex), matches: (name) => expression.test(name) };
  }
  const parts = ('and' in rule ? rule.and : rule.or).map(compilePattern);
  const lengths = parts.map(({ literalLength }) => literalLength);
  // A conjunction fixes at least its longest part, an alternative inside one at least its shortest.
  if ('and' in rule) return { literalLength: Math.max(0, ...lengths), matches: (name) => parts.every((part) => part.matches(name)) };
  return { literalLength: lengths.length === 0 ? 0 : Math.min(...lengths), matches: (name) => parts.some((part) => part.matches(name)) };
}

function textPattern(text: string, test: (name: string, text: string) => boolean): NamePattern {
  const lower = text.toLowerCase();
  return { literalLength: lower.length, matches: (name) => test(name, lower) };
}

/** Fixed texts are found from left to right, each at its first place, which finds a match if there is one: linear, whatever the pattern. */
function globPattern(glob: string): NamePattern {
  const [first = '', ...rest] = glob.toLowerCase().split('*');
  const last = rest.pop();
  const matches = (name: string): boolean => {
    if (last === undefined) return name === first;
    if (!name.startsWith(first)) return false;
    let from = first.length;
    for (const text of rest) {
      const found = name.indexOf(text, from);
      if (found === -1) return false;
      from = found + text.length;
    }
    return name.length - last.length >= from && name.endsWith(last);
  };
  return { literalLength: first.length + rest.join('').length + (last?.length ?? 0), matches };
}

/** Length of the plain text an expression begins with: `^gpt-5\.6-luna-\d{4}$` → 13 (`gpt-5.6-luna-`). */
function literalStart(expression: string): number {
  const start = /^\^?((?:[\w\-/@: ]|\\[^\w\s])*)/.exec(expression)?.[1] ?? '';
  return start.replaceAll('\\', '').length;
}
