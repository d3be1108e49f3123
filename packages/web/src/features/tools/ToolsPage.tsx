import type { TargetKind } from '@sightglass/contract/availabilityTargets';
import type { QueryFilter } from '@sightglass/contract/querySpec';
import { useMemo } from 'react';
import { numberOf, type QueryRow, textOf } from '../../api/metrics.ts';
import { type FilteredList, valuesFacet } from '../../filters/facets.ts';
import { errorRateColumn, LastError } from '../../measures/cells.tsx';
import { curlEvent } from '../../measures/exampleSettings.ts';
import { type Figure, FigureStrip } from '../../measures/FigureStrip.tsx';
import { filtersOf } from '../../measures/measureFilters.ts';
import { MeasuresPage } from '../../measures/MeasuresPage.tsx';
import { type MeasureColumn, MeasureTable, type MeasureTableEnd } from '../../measures/MeasureTable.tsx';
import { type MeasureExample, NothingMeasured } from '../../measures/NothingMeasured.tsx';
import { TracesLink } from '../../measures/TracesLink.tsx';
import { useMeasures } from '../../measures/useMeasures.ts';
import { useSearchText } from '../../routing/useSearchText.ts';
import { ChartPanel } from '../overview/ChartPanel.tsx';
import type { ChartSplits, MeasureWords } from '../overview/chartQuestion.ts';
import { TargetCell } from './TargetCell.tsx';

const TOOL_LIST: FilteredList = {
  noun: 'call',
  facets: [
    valuesFacet('agent_id', 'Agent', true),
    valuesFacet('tool_name', 'Tool', true),
    valuesFacet('service_name', 'Caller', true),
    valuesFacet('environment', 'Environment', true),
    valuesFacet('user_id', 'User', false),
    valuesFacet('department', 'Department', false),
  ],
  source: 'spans',
  measure: 'calls',
};
const PRESENCE = { source: 'spans' as const, measures: ['tool_calls', 'external_calls', 'llm_calls', 'embedding_calls'] };

const FIGURES: readonly Figure[] = [
  { label: 'Tool calls', measure: 'tool_calls', unit: 'count' },
  { label: 'Tool error rate', measure: 'tool_error_rate', unit: 'ratio' },
  { label: 'Tool p95', measure: 'tool_latency_ms_p95', unit: 'ms' },
  { label: 'External calls', measure: 'external_calls', unit: 'count', title: 'Calls of other services over HTTP or RPC' },
  { label: 'External error rate', measure: 'external_error_rate', unit: 'ratio' },
  { label: 'External p95', measure: 'external_latency_ms_p95', unit: 'ms' },
  { label: 'Provider availability', measure: 'provider_availability', unit: 'ratio', title: 'Calls of model providers that did not fail' },
];

const CHARTS: Readonly<Record<string, MeasureWords>> = {
  tools: { label: 'Tool calls', measure: 'tool_calls', unit: 'count', unitWords: 'tools that agents ran', adds: true },
  errors: { label: 'Tool errors', measure: 'tool_errors', unit: 'count', unitWords: 'tool calls that failed or timed out', adds: true },
  p95: { label: 'Tool latency p95', measure: 'tool_latency_ms_p95', unit: 'ms', unitWords: '95 % of the tool calls took at most this', adds: false },
};
const SPLITS: ChartSplits = {
  tool: { label: 'By tool', field: 'tool_name' },
  agent: { label: 'By agent', field: 'agent_id' },
  none: { label: 'No split', field: null },
};

const EXAMPLE: MeasureExample = {
  title: 'Without tracing: one event a call',
  code: (target) =>
    curlEvent(
      target,
      `{
  "event_type": "tool_call", "agent_id": "my-agent",
  "tool_name": "search_orders", "status": "success", "latency_ms": 84
}`,
    ),
};

/** Tools that agents run, other services that programs call, and model providers: how they do, and whether they keep their targets. */
export function ToolsPage() {
  return (
    <MeasuresPage
      title="Tools and services"
      list={TOOL_LIST}
      presence={PRESENCE}
      nothing={
        <NothingMeasured title="Tools and services" example={EXAMPLE}>
          No tool, service or provider was called in this range. Tool spans of any agent framework fill this page, client spans of HTTP and RPC
          instrumentations, and events of type <code>tool_call</code>.
        </NothingMeasured>
      }
    >
      <Tools />
    </MeasuresPage>
  );
}

interface Held {
  kind: TargetKind;
  title: string;
  /** What one of them is. */
  nameLabel: string;
  note: string;
  field: string;
  /** Calls of it, of which a group must have some. */
  calls: string;
  ends: readonly MeasureTableEnd[];
  columns: readonly MeasureColumn[];
  errorPrefix: '' | 'external_';
  filters: readonly QueryFilter[];
  tracesOf?: (row: QueryRow) => Readonly<Record<string, string | null>>;
  empty: string;
}

const latencyColumns = (prefix: string): MeasureColumn[] => [
  { label: 'p50', measure: `${prefix}latency_ms_p50`, unit: 'ms' },
  { label: 'p95', measure: `${prefix}latency_ms_p95`, unit: 'ms' },
  { label: 'p99', measure: `${prefix}latency_ms_p99`, unit: 'ms' },
];

const endsOf = (kind: TargetKind, field: string, availability: string, errorPrefix: Held['errorPrefix']): MeasureTableEnd[] => [
  { label: 'Target', cell: (row) => <TargetCell kind={kind} name={textOf(row, field)} availability={numberOf(row, availability)} /> },
  { label: 'Last error', cell: (row) => <LastError row={row} prefix={errorPrefix} /> },
];

const HELD: readonly Held[] = [
  {
    kind: 'tool',
    title: 'Tools',
    nameLabel: 'Tool',
    note: 'that agents ran',
    field: 'tool_name',
    calls: 'tool_calls',
    errorPrefix: '',
    ends: endsOf('tool', 'tool_name', 'tool_success_rate', ''),
    columns: [
      { label: 'Calls', measure: 'tool_calls', unit: 'count' },
      { label: 'Success', measure: 'tool_success_rate', unit: 'ratio', title: 'Calls that succeeded; blocked and cancelled ones did not' },
      errorRateColumn('tool_error_rate'),
      ...latencyColumns('tool_'),
    ],
    filters: [{ field: 'kind', op: '=', value: 'tool' }],
    tracesOf: (row) => ({ q: textOf(row, 'tool_name') }),
    empty: 'No agent ran a tool.',
  },
  {
    kind: 'service',
    title: 'External services',
    nameLabel: 'Service',
    note: 'called over HTTP or RPC',
    field: 'peer',
    calls: 'external_calls',
    errorPrefix: 'external_',
    ends: endsOf('service', 'peer', 'external_availability', 'external_'),
    columns: [
      { label: 'Calls', measure: 'external_calls', unit: 'count' },
      {
        label: 'Availability',
        measure: 'external_availability',
        unit: 'ratio',
        title: 'Calls that did not fail and were not answered with 500 or above',
      },
      errorRateColumn('external_error_rate'),
      ...latencyColumns('external_'),
    ],
    filters: [{ field: 'peer', op: 'exists' }],
    empty: 'Client spans of HTTP and RPC instrumentations tell of other services.',
  },
  {
    kind: 'provider',
    title: 'Model providers',
    nameLabel: 'Provider',
    note: 'more of them on the page of LLM calls',
    field: 'provider',
    calls: 'calls',
    errorPrefix: '',
    ends: endsOf('provider', 'provider', 'provider_availability', ''),
    columns: [
      { label: 'Calls', measure: 'calls', unit: 'count' },
      { label: 'Availability', measure: 'provider_availability', unit: 'ratio', title: 'Calls that succeeded ÷ calls that succeeded or failed' },
      errorRateColumn('error_rate', (row) => ({ provider: textOf(row, 'provider') })),
      ...latencyColumns(''),
    ],
    filters: [
      { field: 'provider', op: 'exists' },
      { field: 'kind', op: 'in', value: ['llm', 'embedding'] },
    ],
    tracesOf: (row) => ({ provider: textOf(row, 'provider') }),
    empty: 'No model call named its provider.',
  },
];

function Tools() {
  const search = useSearchText();
  const filters = useMemo(() => filtersOf(TOOL_LIST, search), [search]);
  const scope = useMemo(() => ({ filters: [...filters, { field: 'kind', op: '=' as const, value: 'tool' }] }), [filters]);
  const figures = useMeasures({ measures: FIGURES.map(({ measure }) => measure), filters });
  return (
    <>
      <FigureStrip label="Tools and services in this range" figures={FIGURES} query={figures} />
      <ChartPanel measures={CHARTS} splits={SPLITS} scope={scope} />
      {HELD.map((held) => (
        <HeldTable key={held.kind} {...held} filters={[...filters, ...held.filters]} />
      ))}
    </>
  );
}

function HeldTable({ kind, title, nameLabel, note, field, calls, columns, errorPrefix, filters, tracesOf, ends, empty }: Held) {
  return (
    <MeasureTable
      title={title}
      note={note}
      id={`${kind}s`}
      question={{ filters: [...filters], group_by: [field] }}
      columns={columns}
      also={[`${errorPrefix}last_error`, `${errorPrefix}last_error_at`]}
      keep={(row) => (numberOf(row, calls) ?? 0) > 0}
      nameLabel={nameLabel}
      renderName={(row) => {
        const name = textOf(row, field) ?? 'not named';
        if (tracesOf === undefined) return <span className="truncate">{name}</span>;
        return (
          <TracesLink filters={tracesOf(row)} title={`Traces with ${name}`}>
            {name}
          </TracesLink>
        );
      }}
      ends={ends}
      empty={empty}
    />
  );
}
