/**
 * A strict reader of Prometheus' text format 0.0.4, for tests: https://prometheus.io/docs/instrumenting/exposition_formats. It refuses
 * what Prometheus refuses, and what its conventions and those of OpenMetrics forbid: samples before their TYPE or apart from their
 * family, a counter without `_total`, buckets that fall, a histogram whose `+Inf` bucket is not its count, the same sample twice.
 */

export interface Sample {
  name: string;
  labels: ReadonlyMap<string, string>;
  value: number;
}
export interface Family {
  name: string;
  help: string;
  type: 'counter' | 'gauge' | 'histogram';
  samples: Sample[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const SUFFIXES = { counter: [''], gauge: [''], histogram: ['_bucket', '_sum', '_count'] } as const;

export function parseExposition(text: string): Map<string, Family> {
  if (!text.endsWith('\n')) throw new Error('the last line must end with a line feed');
  const families = new Map<string, Family>();
  const helps = new Map<string, string>();
  let current: Family | undefined;
  for (const [i, line] of text.slice(0, -1).split('\n').entries()) {
    const refuse = (why: string): never => {
      throw new Error(`line ${i + 1}: ${why}: ${line}`);
    };
    if (line === '') continue;
    const comment = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line);
    if (comment !== null) {
      const [, word, name = '', rest = ''] = comment;
      if (!NAME.test(name)) refuse('not a name');
      if (word === 'HELP') {
        if (helps.has(name)) refuse('a second HELP');
        if (/\\(?![\\n])/.test(rest)) refuse('a backslash that is not escaped');
        helps.set(name, rest);
      } else {
        const help = helps.get(name);
        if (help === undefined || help.trim() === '') refuse('TYPE without HELP before it');
        if (families.has(name)) refuse('a second TYPE');
        if (rest !== 'counter' && rest !== 'gauge' && rest !== 'histogram') refuse('an unknown type');
        current = { name, help: help ?? '', type: rest as Family['type'], samples: [] };
        families.set(name, current);
      }
      continue;
    }
    if (line.startsWith('#')) refuse('neither HELP nor TYPE');
    const sample = parseSample(line, refuse);
    if (current === undefined || !SUFFIXES[current.type].some((suffix) => sample.name === `${current?.name}${suffix}`))
      refuse('a sample apart from its family');
    current?.samples.push(sample);
  }
  for (const family of families.values()) checkFamily(family);
  return families;
}

function parseSample(line: string, refuse: (why: string) => never): Sample {
  const name = /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(line)?.[0] ?? refuse('no name');
  let at = name.length;
  const labels = new Map<string, string>();
  if (line[at] === '{') {
    at += 1;
    while (line[at] !== '}') {
      const label = /^[a-zA-Z_][a-zA-Z0-9_]*(?==")/.exec(line.slice(at))?.[0] ?? refuse('no label');
      if (!LABEL.test(label) || label.startsWith('__') || labels.has(label)) refuse('a bad label');
      at += label.length + 2;
      let value = '';
      while (line[at] !== '"') {
        if (at >= line.length) refuse('a label without end');
        if (line[at] === '\\') {
          const escaped = { '\\': '\\', '"': '"', n: '\n' }[line[at + 1] ?? ''];
          value += escaped ?? refuse('a bad escape');
          at += 2;
        } else value += line[at++];
      }
      labels.set(label, value);
      at += 1;
      if (line[at] === ',') at += 1;
      else if (line[at] !== '}') refuse('neither , nor }');
    }
    at += 1;
  }
  const number = /^ (\+Inf|-Inf|NaN|[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$/.exec(line.slice(at))?.[1] ?? refuse('not one value');
  return { name, labels, value: number === '+Inf' ? Infinity : number === '-Inf' ? -Infinity : Number(number) };
}

const keyOf = (labels: ReadonlyMap<string, string>, without?: string) =>
  JSON.stringify([...labels].filter(([label]) => label !== without).toSorted(([a], [b]) => (a < b ? -1 : 1)));

function checkFamily({ name, type, samples }: Family): void {
  const seen = new Set<string>();
  for (const sample of samples) {
    const key = `${sample.name}${keyOf(sample.labels)}`;
    if (seen.has(key)) throw new Error(`${key} stands there twice`);
    seen.add(key);
  }
  if (type === 'counter') {
    if (!name.endsWith('_total')) throw new Error(`the counter ${name} does not end in _total`);
    for (const { value } of samples) if (!(value >= 0)) throw new Error(`the counter ${name} is ${value}`);
  } else if (/_(?:total|bucket|count|sum)$/.test(name) && name.startsWith('sightglass_')) throw new Error(`${name} is named like a counter`);
  if (type === 'histogram') checkHistogram(name, samples);
}

function checkHistogram(name: string, samples: readonly Sample[]): void {
  const series = new Map<string, Sample[]>();
  for (const sample of samples) {
    const key = keyOf(sample.labels, 'le');
    series.set(key, [...(series.get(key) ?? []), sample]);
  }
  for (const [key, own] of series) {
    const buckets = own.filter((sample) => sample.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => (labels.get('le') === '+Inf' ? Infinity : Number(labels.get('le'))));
    const rises = (values: readonly number[], strictly: boolean) =>
      values.every((value, i) => i === 0 || (strictly ? value > (values[i - 1] ?? 0) : value >= (values[i - 1] ?? 0)));
    if (bounds.at(-1) !== Infinity || !rises(bounds, true)) throw new Error(`the bounds of ${name}${key} do not rise to +Inf`);
    const counts = buckets.map(({ value }) => value);
    if (!rises(counts, false)) throw new Error(`the buckets of ${name}${key} fall`);
    const count = own.filter((sample) => sample.name === `${name}_count`);
    const sum = own.filter((sample) => sample.name === `${name}_sum`);
    if (count.length !== 1 || sum.length !== 1 || count[0]?.value !== counts.at(-1)) throw new Error(`${name}${key} does not add up`);
  }
}
