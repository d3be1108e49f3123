import { ArrowDown, ArrowUp } from 'lucide-react';
import { useMemo } from 'react';
import { useSearchText, useSetSearchText } from '../../routing/useSearchText.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { Button } from '../../ui/Button.tsx';
import { formatCount, formatQuantity } from '../../ui/formatCount.ts';
import { formatMoneyExact } from '../../ui/formatMoney.ts';
import { formatPercent } from '../../ui/formatPercent.ts';
import { formatMinute } from '../../ui/formatTime.ts';
import { Panel } from '../../ui/Panel.tsx';
import { MEASURE_WORDS } from '../overview/chartQuestion.ts';
import { CostCell } from '../overview/costWords.tsx';
import '../overview/overview.css';
import { type Amount, attribute, type CostLine, costUsdOf, estimatedUsdOf, type Sums } from './attribution.ts';
import { ComparisonText } from './ComparisonText.tsx';
import { type Dimension, isCountedSeveralTimes, labelOf } from './costDimensions.ts';
import { COST_MEASURES, type CostMeasure, type CostQuestion, formatSort } from './costQuestion.ts';
import { GroupName, TracesLink } from './GroupName.tsx';
import { GROUPS_MAX } from './readCosts.ts';
import type { ShownCosts } from './useCosts.ts';
import './costTable.css';

/** The total is of no group. */
const NO_DIMENSIONS: readonly Dimension[] = [];
const NO_GROUPS: readonly string[] = [];
const LINES_CHOICES = [50, 200, GROUPS_MAX] as const;

/** Each group with what it cost, its share of the whole and its change; what is beyond the last line is one line, to the last digit. */
export function CostTable({ question, costs }: ShownCosts) {
  const search = useSearchText();
  const setSearch = useSetSearchText();
  const zone = useTimeZone();
  const { dimensions, measure } = question;
  const overlapping = isCountedSeveralTimes(dimensions);
  const linesMax = LINES_CHOICES.find((each) => String(each) === search.rows) ?? LINES_CHOICES[0];
  const { total, lines, rest, gone, hasMore } = useMemo(
    () => attribute(costs.answers, { dimensions, measure, overlapping, linesMax }),
    [costs, dimensions, measure, overlapping, linesMax],
  );
  const more = hasMore ? LINES_CHOICES.find((each) => each > linesMax) : undefined;
  const headings = headingsOf(measure);
  const names = dimensions.map((name) => labelOf(name).toLowerCase()).join(' and ');
  return (
    <Panel
      title={`By ${names}`}
      note={`${hasMore ? `the foremost ${formatCount(lines.length)}` : formatQuantity(lines.length, 'group')} · change against ${formatMinute(costs.before.fromMs, zone)} – ${formatMinute(costs.before.toMs, zone)}`}
    >
      {overlapping ? (
        <p className="costs-overlap" role="note">
          A call with several tags is counted under each of them, so the lines can come to more than the total and their shares to more than 100 %.
          Shares are of the total, in which every call counts once.
        </p>
      ) : null}
      <div className="table-scroll costs-scroll">
        <table className="table table-cards costs-table">
          <thead>
            <tr>
              {dimensions.map((name) => (
                <th key={name} scope="col">
                  {labelOf(name)}
                </th>
              ))}
              <SortHeader measure="cost" question={question} />
              <th scope="col" className="num">
                {headings.share}
              </th>
              <th scope="col" className="num">
                {headings.change}
              </th>
              {COUNTS.map((each) => (
                <SortHeader key={each} measure={each} question={question} />
              ))}
              <th scope="col">
                <span className="visually-hidden">Traces</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <GroupRow key={line.key} line={line} dimensions={dimensions} active={question.active} headings={headings} />
            ))}
            {rest === null ? null : (
              <tr className="costs-rest">
                <th scope="row" colSpan={dimensions.length}>
                  Other
                </th>
                <AmountCells {...rest} headings={headings} />
              </tr>
            )}
            {gone.map((line) => (
              <GroupRow key={line.key} line={line} dimensions={dimensions} active={question.active} headings={headings} />
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row" colSpan={dimensions.length}>
                Total
              </th>
              <AmountCells {...total} headings={headings} />
              <td className="costs-traces">
                <TracesLink dimensions={NO_DIMENSIONS} groups={NO_GROUPS} active={question.active} />
              </td>
            </tr>
          </tfoot>
        </table>
      </div>
      {more === undefined ? (
        overlapping && hasMore ? (
          <p className="costs-more">There are more groups than {formatCount(GROUPS_MAX)}: filter, or take the file.</p>
        ) : null
      ) : (
        <p className="costs-more">
          <Button variant="ghost" onClick={() => setSearch({ rows: String(more) })}>
            Show up to {formatCount(more)}
          </Button>
          {overlapping ? <span className="dim">What is beyond the last line cannot be summed up, because tags overlap.</span> : null}
        </p>
      )}
    </Panel>
  );
}

function SortHeader({ measure, question }: { measure: CostMeasure; question: CostQuestion }) {
  const setSearch = useSetSearchText();
  const { sort } = question;
  const sorted = sort.by === measure;
  const next = { by: measure, descending: sorted ? !sort.descending : true };
  const isUsual = next.by === question.measure && next.descending;
  return (
    <th scope="col" className="num" aria-sort={sorted ? (sort.descending ? 'descending' : 'ascending') : 'none'}>
      <button type="button" className="costs-sort" onClick={() => setSearch({ sort: isUsual ? undefined : formatSort(next) }, { push: true })}>
        {sorted ? sort.descending ? <ArrowDown aria-hidden="true" /> : <ArrowUp aria-hidden="true" /> : null}
        {MEASURE_WORDS[measure].label}
      </button>
    </th>
  );
}

/** What is counted beside the cost, in the order of the columns. */
const COUNTS = COST_MEASURES.filter((measure) => measure !== 'cost');

interface Headings {
  share: string;
  change: string;
}

/** Share and change are of the cost unless they say otherwise. */
const headingsOf = (measure: CostMeasure): Headings => {
  const of = measure === 'cost' ? '' : ` of ${MEASURE_WORDS[measure].label.toLowerCase()}`;
  return { share: `Share${of}`, change: `Change${of}` };
};

interface GroupRowProps {
  headings: Headings;
  line: CostLine;
  dimensions: readonly Dimension[];
  active: CostQuestion['active'];
}

function GroupRow({ line, dimensions, active, headings }: GroupRowProps) {
  const [first, ...others] = dimensions;
  return (
    <tr className={line.comparison.kind === 'gone' ? 'costs-gone' : undefined}>
      <th scope="row" className="table-name">
        {first === undefined ? null : <GroupName dimension={first} value={line.groups[0] ?? null} />}
      </th>
      {others.map((name, index) => (
        <td key={name} className="costs-second" data-label={labelOf(name)}>
          <GroupName dimension={name} value={line.groups[index + 1] ?? null} />
        </td>
      ))}
      <AmountCells {...line} headings={headings} />
      <td className="costs-traces">
        {line.comparison.kind === 'gone' ? null : <TracesLink dimensions={dimensions} groups={line.groups} active={active} />}
      </td>
    </tr>
  );
}

function AmountCells({ sums, share, comparison, headings }: Amount & { headings: Headings }) {
  return (
    <>
      <td className="num" data-label={MEASURE_WORDS.cost.label}>
        <EstimateMark sums={sums} />
        <CostCell costUsd={costUsdOf(sums)} unpricedCalls={sums.unpricedCalls} />
      </td>
      <td className="num" data-label={headings.share}>
        <span className="costs-share">
          {/* An overlapping group is part of the whole all the same: it never has more than all of it. */}
          <i aria-hidden="true" style={{ width: `${Math.min(1, share ?? 0) * 100}%` }} />
          <span>{formatPercent(share)}</span>
        </span>
      </td>
      <td className="num" data-label={headings.change}>
        <ComparisonText comparison={comparison} />
      </td>
      {COUNTS.map((measure) => (
        <td key={measure} className="num" data-label={MEASURE_WORDS[measure].label}>
          {formatCount(sums[measure])}
        </td>
      ))}
    </>
  );
}

/** Says that a cost is not all known. */
function EstimateMark({ sums }: { sums: Sums }) {
  if (sums.estimatedCalls === 0) return null;
  const words = `${formatMoneyExact(estimatedUsdOf(sums))} of it is estimated: ${formatQuantity(sums.estimatedCalls, 'call')} without full usage`;
  return (
    <span className="dim costs-estimate" title={words}>
      <span aria-hidden="true">≈</span>
      <span className="visually-hidden">{words}</span>
    </span>
  );
}
