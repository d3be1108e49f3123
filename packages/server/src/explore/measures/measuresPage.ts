/** The catalogue as a page of the docs: `docs/measures.md` is what this prints. */
import type { Measure, QuerySource } from '@sightglass/contract/querySpec';
import { measureList } from './catalogue.ts';

const SOURCES: readonly { source: QuerySource; title: string; intro: string }[] = [
  {
    source: 'spans',
    title: 'Of spans',
    intro: 'Calls, runs, requests, searches, services: what programs trace, and what the Events API tells of calls and runs.',
  },
  {
    source: 'metric_points',
    title: 'Of metrics',
    intro:
      'What programs report of themselves in OpenTelemetry metrics. A measure that names its metrics reads no others; those without work on any metric, which the question names in a filter.',
  },
  { source: 'logs', title: 'Of logs', intro: 'Log records.' },
  { source: 'events', title: 'Of events', intro: 'The agent event log. Cost, tokens and latency of events are measures of their spans.' },
  {
    source: 'agent_health',
    title: 'Of health',
    intro: 'The [health score](health-score.md) of agents, computed once an hour; an hour stands at its end.',
  },
];

const ROLLUPS: Readonly<Record<Measure['rollup'], string>> = {
  sum: 'sum',
  min: 'least',
  max: 'greatest',
  ratio: 'two sums',
  quantile: 'quantile state',
  distinct: 'distinct state',
  none: 'no',
};

const HEAD = `# Measures

Everything that can be asked of the telemetry by name: in \`POST /api/obs/query\`, on dashboards and in alert rules. The same list is
answered by \`GET /api/obs/measures\`. This page is printed from the catalogue by \`node scripts/printMeasures.mjs\`.

A count or sum of nothing is 0, a ratio or percentile of nothing is null; measures of named metrics are null when none of
these metrics was sent. Where traces or logs are [sampled](sampling.md), counts, sums and ratios weigh each row by how many it
stands for. Failures in a row do not: successes that sampling left out are not there to end a series.

The last column says how the values of hours become that of a day: their **sum**, **least** or **greatest**; from **two sums** that
are divided at the end; from a mergeable **quantile state** or **distinct state**; or, **no**, only from the rows themselves.
`;

const cell = (text: string) => text.replaceAll('|', '\\|');

function table(measures: readonly Measure[]): string {
  const rows = measures.map(({ name, description, unit, rollup, metrics }) => {
    const from = metrics.length === 0 ? '' : ` From ${metrics.map((metric) => `\`${metric}\``).join(', ')}`;
    return `| \`${name}\` | ${unit === 'none' ? '' : unit} | ${cell(description)}${from === '' ? '' : `.${from}`} | ${ROLLUPS[rollup]} |`;
  });
  return ['| measure | unit | is | rolls up |', '|---|---|---|---|', ...rows].join('\n');
}

export function measuresPage(): string {
  const all = measureList();
  const sections = SOURCES.map(({ source, title, intro }) => {
    const measures = all.filter((measure) => measure.source === source);
    const dimensions = measures[0]?.dimensions.map((name) => `\`${name}\``).join(', ');
    return `## ${title}\n\n${intro}\n\nSplit and filtered by ${dimensions} and \`attributes.<key>\`.\n\n${table(measures)}\n`;
  });
  return [HEAD, ...sections].join('\n');
}
