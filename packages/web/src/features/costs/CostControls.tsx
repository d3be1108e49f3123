import { CalendarDays, ChevronDown, Download } from 'lucide-react';
import { useMutation } from '@tanstack/react-query';
import { readQueryCsv } from '../../api/metrics.ts';
import { asProblem } from '../../api/ProblemState.tsx';
import { useSetSearchText } from '../../routing/useSearchText.ts';
import { useShell } from '../../shell/shellContext.ts';
import { useNow } from '../../time/now.ts';
import { useTimeRange } from '../../time/useTimeRange.ts';
import { Button } from '../../ui/Button.tsx';
import { Menu, MenuItem } from '../../ui/Menu.tsx';
import { MEASURE_WORDS } from '../overview/chartQuestion.ts';
import { calendarRanges } from './calendarRanges.ts';
import { DIMENSIONS, labelOf } from './costDimensions.ts';
import { COST_MEASURES, type CostQuestion, DEFAULT_BY, DEFAULT_AND, NO_DIMENSION } from './costQuestion.ts';
import { csvName, csvSpecOf, isCutShort } from './costsFile.ts';
import type { ShownCosts } from './useCosts.ts';

const MINUTE_MS = 60_000;

/** By what the costs are told apart, which days, and the file. */
export function CostControls({ question, shown }: { question: CostQuestion; shown: ShownCosts | undefined }) {
  const setSearch = useSetSearchText();
  const [by = DEFAULT_BY, and = NO_DIMENSION] = question.dimensions;
  const choose = (nextBy: string, nextAnd: string) =>
    setSearch(
      { by: nextBy === DEFAULT_BY ? undefined : nextBy, and: nextAnd === DEFAULT_AND && nextBy !== DEFAULT_AND ? undefined : nextAnd },
      { push: true },
    );
  return (
    <div className="costs-controls">
      <label htmlFor="costs-by">By</label>
      <select
        id="costs-by"
        className="field"
        value={by}
        // Choosing what is the second already swaps the two.
        onChange={({ target }) => choose(target.value, target.value === and ? by : and)}
      >
        {DIMENSIONS.map(({ name, label }) => (
          <option key={name} value={name}>
            {label}
          </option>
        ))}
      </select>
      <label htmlFor="costs-and">and</label>
      <select id="costs-and" className="field" value={and} onChange={({ target }) => choose(by, target.value)}>
        <option value={NO_DIMENSION}>nothing else</option>
        {DIMENSIONS.filter(({ name }) => name !== by).map(({ name }) => (
          <option key={name} value={name}>
            {labelOf(name)}
          </option>
        ))}
      </select>
      <label className="visually-hidden" htmlFor="costs-measure">
        Measure
      </label>
      <select
        id="costs-measure"
        className="field"
        value={question.measure}
        onChange={({ target }) => setSearch({ measure: target.value === 'cost' ? undefined : target.value, sort: undefined }, { push: true })}
      >
        {COST_MEASURES.map((each) => (
          <option key={each} value={each}>
            {MEASURE_WORDS[each].label}
          </option>
        ))}
      </select>
      <CalendarMenu />
      <CsvButton shown={shown} />
    </div>
  );
}

function CalendarMenu() {
  const { setRange } = useTimeRange();
  const now = useNow(MINUTE_MS);
  const zone = useShell().me.workspace.time_zone;
  return (
    <Menu
      trigger={
        <Button title={`Days and months of ${zone}`}>
          <CalendarDays aria-hidden="true" />
          Calendar
          <ChevronDown aria-hidden="true" />
        </Button>
      }
    >
      {calendarRanges(now, zone).map(({ label, range }) => (
        <MenuItem key={label} onSelect={() => setRange(range)}>
          {label}
        </MenuItem>
      ))}
    </Menu>
  );
}

/** Every group of what is shown, as a file for a spreadsheet. */
function CsvButton({ shown }: { shown: ShownCosts | undefined }) {
  const file = useMutation({
    mutationFn: async ({ question, costs }: ShownCosts) => {
      const csv = await readQueryCsv(csvSpecOf(question, costs.period));
      save(csv, csvName(question, costs.period));
      return csv;
    },
  });
  return (
    <>
      <Button className="costs-csv" disabled={shown === undefined || file.isPending} onClick={() => shown !== undefined && file.mutate(shown)}>
        <Download aria-hidden="true" />
        CSV
      </Button>
      <span role="status" className="costs-csv-note">
        {file.error !== null ? (
          <span className="worse">The file could not be made: {asProblem(file.error).message}</span>
        ) : file.data !== undefined && isCutShort(file.data) ? (
          'The file holds the foremost 10,000 groups; the rest is not in it'
        ) : null}
      </span>
    </>
  );
}

function save(text: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const anchor = document.createElement('a');
  anchor.href = address;
  anchor.download = name;
  anchor.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
