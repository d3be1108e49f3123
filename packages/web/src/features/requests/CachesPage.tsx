import type { QueryFilter } from '@sightglass/contract/querySpec';
import { useMemo } from 'react';
import { numberOf, type QueryRow, textOf } from '../../api/metrics.ts';
import { type FilteredList, valuesFacet } from '../../filters/facets.ts';
import { errorRateColumn } from '../../measures/cells.tsx';
import { type Figure, FigureStrip } from '../../measures/FigureStrip.tsx';
import { LinesPanel } from '../../measures/LinesPanel.tsx';
import { filtersOf } from '../../measures/measureFilters.ts';
import { MeasuresPage } from '../../measures/MeasuresPage.tsx';
import { type MeasureColumn, MeasureTable } from '../../measures/MeasureTable.tsx';
import { type MeasureExample, NothingMeasured } from '../../measures/NothingMeasured.tsx';
import { useMeasures } from '../../measures/useMeasures.ts';
import { useSearchText } from '../../routing/useSearchText.ts';
import { Tag } from '../../ui/Tag.tsx';
import { RequestsNav } from './RequestsNav.tsx';

const METRICS = { source: 'metric_points' as const };
const CACHE_LIST: FilteredList = {
  noun: 'cache',
  facets: [valuesFacet('service_name', 'Service', true), valuesFacet('environment', 'Environment', true)],
  source: 'metric_points',
  measure: 'points',
};
const OF_CACHES = ['cache_hits', 'cache_misses', 'cache_reported_hit_rate', 'cache_memory_bytes', 'cache_keys', 'cache_availability'];
const PRESENCE = { ...METRICS, measures: OF_CACHES };

const FIGURES: readonly Figure[] = [
  { label: 'Hit rate', measure: 'cache_lookup_hit_rate', unit: 'ratio', title: 'Hits ÷ hits and misses' },
  { label: 'Hit rate as reported', measure: 'cache_reported_hit_rate', unit: 'ratio', title: 'Of caches that report a rate instead of counts' },
  { label: 'Hits', measure: 'cache_hits', unit: 'count' },
  { label: 'Misses', measure: 'cache_misses', unit: 'count' },
  { label: 'Evictions', measure: 'cache_evictions', unit: 'count', title: 'Keys that were given up for want of room' },
  { label: 'Connection errors', measure: 'cache_connection_errors', unit: 'count' },
  {
    label: 'Not there now',
    measure: 'caches_unavailable',
    unit: 'count',
    title: 'Caches that say so at the end of the range, or fell silent',
    note: (row) => ((numberOf(row, 'caches_unavailable') ?? 0) > 0 ? <span className="kpi-warn">see below</span> : null),
  },
];
const RATES = [
  { label: 'Hit rate', measure: 'cache_lookup_hit_rate' },
  { label: 'Hit rate as reported', measure: 'cache_reported_hit_rate' },
  { label: 'Availability', measure: 'cache_availability' },
] as const;

const CACHES: readonly MeasureColumn[] = [
  { label: 'Hits', measure: 'cache_hits', unit: 'count' },
  { label: 'Misses', measure: 'cache_misses', unit: 'count' },
  { label: 'Hit rate', measure: 'cache_lookup_hit_rate', unit: 'ratio' },
  { label: 'As reported', measure: 'cache_reported_hit_rate', unit: 'ratio' },
  { label: 'Memory', measure: 'cache_memory_bytes', unit: 'bytes', title: 'On average' },
  { label: 'Keys', measure: 'cache_keys', unit: 'count', title: 'On average' },
  { label: 'Evictions', measure: 'cache_evictions', unit: 'count' },
  { label: 'Errors', measure: 'cache_connection_errors', unit: 'count', title: 'Connections that failed or were refused' },
  {
    label: 'State',
    measure: 'caches_unavailable',
    unit: 'count',
    cell: (row) => {
      const gone = numberOf(row, 'caches_unavailable');
      return gone === null ? <span className="dim">–</span> : gone > 0 ? <Tag tone="crit">not there</Tag> : <Tag tone="ok">there</Tag>;
    },
  },
];
const COMMANDS: readonly MeasureColumn[] = [
  { label: 'Commands', measure: 'cache_calls', unit: 'count' },
  errorRateColumn('cache_call_error_rate'),
  { label: 'p50', measure: 'cache_latency_ms_p50', unit: 'ms' },
  { label: 'p95', measure: 'cache_latency_ms_p95', unit: 'ms' },
  { label: 'p99', measure: 'cache_latency_ms_p99', unit: 'ms' },
];

const EXAMPLE: MeasureExample = {
  title: 'OpenTelemetry Collector: what Redis tells of itself',
  code: ({ url, key }) =>
    [
      'receivers:',
      '  redis: { endpoint: localhost:6379, collection_interval: 30s }',
      'exporters:',
      '  otlphttp:',
      `    endpoint: ${url}`,
      ...(key === null ? [] : [`    headers: { Authorization: Bearer ${key} }`]),
      'service:',
      '  pipelines:',
      '    metrics: { receivers: [redis], exporters: [otlphttp] }',
    ].join('\n'),
};

/** Caches, as they tell of themselves and as the programs that use them do. */
export function CachesPage() {
  return (
    <MeasuresPage
      title="Caches"
      nav={<RequestsNav />}
      list={CACHE_LIST}
      presence={PRESENCE}
      nothing={
        <>
          <NothingMeasured title="Caches" example={EXAMPLE}>
            No cache told of itself in this range. The Collector’s receivers for Redis and Memcached fill this page, and so do metrics called{' '}
            <code>cache.hits</code>, <code>cache.misses</code>, <code>cache.keys</code> and their like.
          </NothingMeasured>
          <Commands />
        </>
      }
    >
      <Caches />
      <Commands />
    </MeasuresPage>
  );
}

function Caches() {
  const search = useSearchText();
  const filters = useMemo(() => filtersOf(CACHE_LIST, search), [search]);
  const scope = useMemo(() => ({ ...METRICS, filters }), [filters]);
  const figures = useMeasures({ ...scope, measures: FIGURES.map(({ measure }) => measure) });
  return (
    <>
      <FigureStrip label="Caches in this range" figures={FIGURES} query={figures} />
      <LinesPanel
        title="Rates"
        unit="ratio"
        unitWords="of all caches together"
        lines={RATES}
        scope={scope}
        empty="No cache counted hits and misses."
      />
      <MeasureTable
        title="Caches"
        id="caches"
        question={{ ...scope, group_by: ['cache', 'service_name'] }}
        columns={CACHES}
        nameLabel="Cache"
        renderName={(row) => (
          <span className="measure-name">
            <span className="truncate">{textOf(row, 'cache') ?? textOf(row, 'service_name') ?? 'not named'}</span>
            {textOf(row, 'cache') === null ? null : <span className="measure-name-more">{textOf(row, 'service_name')}</span>}
          </span>
        )}
        empty="Choose a longer range."
      />
    </>
  );
}

const OF_CACHES_CALLED: QueryFilter = { field: 'kind', op: 'in', value: ['db', 'cache'] };
const hasCommands = (row: QueryRow) => (numberOf(row, 'cache_calls') ?? 0) > 0;

/** What programs say of their commands to caches, in spans; nothing where none does. */
function Commands() {
  const search = useSearchText();
  const filters = useMemo(() => [...filtersOf(CACHE_LIST, search), OF_CACHES_CALLED], [search]);
  const found = useMeasures({ measures: ['cache_calls'], filters });
  if (!hasCommands(found.data?.rows[0] ?? {})) return null;
  return (
    <MeasureTable
      title="Commands of programs"
      note="from traces"
      id="commands"
      question={{ filters, group_by: ['db_system', 'service_name'] }}
      columns={COMMANDS}
      keep={hasCommands}
      nameLabel="Cache"
      renderName={(row) => (
        <span className="measure-name">
          <span className="truncate">{textOf(row, 'db_system')}</span>
          <span className="measure-name-more">from {textOf(row, 'service_name') ?? 'no service named'}</span>
        </span>
      )}
      empty="Choose a longer range."
    />
  );
}
