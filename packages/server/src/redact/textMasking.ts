/** Plain texts → masked texts. */
import { type DetectorName, DETECTORS, type Redaction } from '@sightglass/contract/redaction';
import { type CompiledPattern, compilePatterns, markerOf } from './customPatterns.ts';
import { findApiKeys } from './detectors/apiKey.ts';
import { findCards } from './detectors/card.ts';
import { findEmails } from './detectors/email.ts';
import type { Detector, Finding } from './detectors/finding.ts';
import { findIbans } from './detectors/iban.ts';
import { findIpv4 } from './detectors/ipv4.ts';
import { findPhones } from './detectors/phone.ts';
import { MAY_HOLD_EMAIL, MAY_HOLD_KEY, MAY_HOLD_NUMBER, scanText } from './scanText.ts';

/** In order: of two that find the same stretch, the first gives it its name. `needs` is what `scanText` must have seen. */
const BUILT_IN: Readonly<Record<DetectorName, { find: Detector; needs: number }>> = {
  api_key: { find: findApiKeys, needs: MAY_HOLD_KEY },
  iban: { find: findIbans, needs: MAY_HOLD_NUMBER },
  email: { find: findEmails, needs: MAY_HOLD_EMAIL },
  card: { find: findCards, needs: MAY_HOLD_NUMBER },
  phone: { find: findPhones, needs: MAY_HOLD_NUMBER },
  ipv4: { find: findIpv4, needs: 0 },
};

/** What the custom patterns of one request may take; beyond it texts are withheld, because an unchecked text may not be stored. */
export const CUSTOM_MS_MAX = 2_000;
/** Characters × instructions: about a second in the worst case. A text of more is tried on samples first. */
const STEPS_MAX = 60_000_000;
const SAMPLE_CHARS = 2_048;
export const WITHHELD = '[withheld: masking took too long]';

/** A mask may bring together what stood apart; more rounds than this only a hostile text would need. */
const ROUNDS_MAX = 4;

export interface TextRules {
  builtIn: readonly { name: DetectorName; find: Detector; needs: number }[];
  custom: ReturnType<typeof compilePatterns>;
  markers: readonly string[];
}

export function compileTextRules({ detectors, patterns }: Pick<Redaction, 'detectors' | 'patterns'>): TextRules {
  const names = (Object.keys(BUILT_IN) as DetectorName[]).filter((name) => detectors.includes(name));
  return {
    builtIn: names.map((name) => ({ name, ...BUILT_IN[name] })),
    custom: compilePatterns(patterns),
    markers: [...DETECTORS.map(markerOf), ...patterns.map(({ name, replacement }) => replacement ?? markerOf(name)), WITHHELD],
  };
}

/** One request's masking of plain texts; `hits` counts what each rule found. */
export interface TextMasking {
  /** Whether any rule could find something in a text, or in the strings of a JSON text. */
  mayChange(text: string): boolean;
  /** By all rules. */
  mask(text: string): string;
  /** By the built-in rules alone: keys name things, and a pattern for values must not rename them. */
  maskKey(text: string): string;
  /** A number that is written out, by those rules that can mean one. */
  maskNumber(text: string): string;
  readonly hits: Map<string, number>;
  /** Texts that were not checked in time. */
  readonly withheld: number;
}

/** `nowMs` measures the time that custom patterns take. */
export function createTextMasking(rules: TextRules, nowMs: () => number): TextMasking {
  const hits = new Map<string, number>();
  const cards = rules.builtIn.filter(({ name }) => name === 'card');
  const { custom } = rules;
  let customMs = 0;
  let withheld = 0;

  const count = (name: string, found: number) => hits.set(name, (hits.get(name) ?? 0) + found);

  function maskBuiltIn(text: string, detectors: TextRules['builtIn'], seen: number): string {
    const found: NamedFinding[] = [];
    for (const { name, find, needs } of detectors) {
      if (needs !== 0 && (seen & needs) === 0) continue;
      for (const finding of find(text)) found.push({ ...finding, name });
    }
    if (found.length === 0) return text;
    const apart = unite(found);
    for (const { name } of apart) count(name, 1);
    return replaced(text, apart, ({ name }) => markerOf(name));
  }

  function maskCustom(text: string): string {
    if (customMs > CUSTOM_MS_MAX) return withhold();
    const startedMs = nowMs();
    if (text.length * custom.programSize > STEPS_MAX && customMs + expectedMs(text, custom.matching) > CUSTOM_MS_MAX) return withhold();
    let masked = text;
    for (const at of custom.matching(text)) {
      const { name, replacement, find } = custom.list[at] as CompiledPattern;
      if (masked.length * custom.programSize > STEPS_MAX && customMs + expectedMs(masked, find) > CUSTOM_MS_MAX) return withhold();
      const found = find(masked).filter((finding) => !isMarker(masked, finding, rules.markers));
      if (found.length === 0) continue;
      count(name, found.length);
      masked = replaced(masked, found, () => replacement);
    }
    customMs += nowMs() - startedMs;
    return masked;
  }

  /** What the work on samples of the text's beginning, middle and end lets expect of the whole. */
  function expectedMs(text: string, work: (sample: string) => unknown): number {
    const startedMs = nowMs();
    const starts = [0, Math.floor(text.length / 2), Math.max(0, text.length - SAMPLE_CHARS)];
    for (const start of starts) work(text.slice(start, start + SAMPLE_CHARS));
    return ((nowMs() - startedMs) * text.length) / (starts.length * SAMPLE_CHARS);
  }

  function withhold(): string {
    withheld += 1;
    return WITHHELD;
  }

  const builtInSeen = (text: string) => (rules.builtIn.length === 0 ? 0 : scanText(text));

  return {
    hits,
    get withheld() {
      return withheld;
    },
    mayChange: (text) => custom.list.length > 0 || rules.builtIn.some(({ needs }) => needs === 0) || builtInSeen(text) !== 0,
    mask: (text) => {
      let masked = text;
      for (let round = 0; round < ROUNDS_MAX; round += 1) {
        const before = masked;
        if (custom.list.length > 0) masked = maskCustom(masked);
        masked = maskBuiltIn(masked, rules.builtIn, builtInSeen(masked));
        if (masked === before) break;
      }
      return masked;
    },
    maskKey: (text) => {
      let masked = text;
      for (let round = 0; round < ROUNDS_MAX; round += 1) {
        const before = masked;
        masked = maskBuiltIn(masked, rules.builtIn, builtInSeen(masked));
        if (masked === before) break;
      }
      return masked;
    },
    maskNumber: (text) => {
      const masked = custom.list.length > 0 ? maskCustom(text) : text;
      return masked === text && cards.length > 0 && text.length >= 13 ? maskBuiltIn(text, cards, MAY_HOLD_NUMBER) : masked;
    },
  };
}

interface NamedFinding extends Finding {
  name: DetectorName;
}

/** Findings in order; what overlaps is one stretch, named by the longest of them. */
function unite(found: NamedFinding[]): NamedFinding[] {
  const apart: (NamedFinding & { longest: number })[] = [];
  for (const finding of found.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = apart.at(-1);
    const length = finding.end - finding.start;
    if (last === undefined || finding.start >= last.end) apart.push({ ...finding, longest: length });
    else {
      last.end = Math.max(last.end, finding.end);
      if (length > last.longest) Object.assign(last, { name: finding.name, longest: length });
    }
  }
  return apart;
}

function replaced<F extends Finding>(text: string, found: readonly F[], replacement: (finding: F) => string): string {
  let masked = '';
  let from = 0;
  for (const finding of found) {
    masked += text.slice(from, finding.start) + replacement(finding);
    from = finding.end;
  }
  return masked + text.slice(from);
}

/** Whether it lies in what an earlier masking left: masking twice changes nothing more. */
function isMarker(text: string, { start, end }: Finding, markers: readonly string[]): boolean {
  return markers.some((marker) => {
    if (end - start > marker.length) return false;
    for (let at = text.lastIndexOf(marker, start); at >= 0 && at + marker.length > start; at = at === 0 ? -1 : text.lastIndexOf(marker, at - 1))
      if (at + marker.length >= end) return true;
    return false;
  });
}
