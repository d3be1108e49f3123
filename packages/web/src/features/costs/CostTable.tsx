import { ArrowDown, ArrowUp } from 'lucide-react';
import { useMemo } from 'react';
import { useSearchText, useSetSearchText } from '../../routing/useSearchText.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { Button } from '../../ui/Button.tsx';
import { formatCount, formatQuantity } from '../../ui/formatCount.ts';
import { formatPercent } from '../../ui/formatPercent.ts';
import { formatMinute } from '../../ui/formatTime.ts';
import { Panel } from '../../ui/Panel.tsx';
import { MEASURE_WORDS } from '../overview/chartQuestion.ts';
import { CostCell } from '../overview/costWords.tsx';
import { attribute, type CostLine, costUsdOf, type Sums } from './attribution.ts';
import { ComparisonText } from './ComparisonText.tsx';
import { type Dimension, isCountedSeveralTimes, labelOf } from './costDimensions.ts';
import { COST_MEASURES, type CostMeasure, type CostQuestion, formatSort } from './costQuestion.ts';
import { GroupName, TracesLink } from './GroupName.tsx';
import { GROUPS_MAX } from './readCosts.ts';
import type { ShownCosts } from './useCosts.ts';
import './costTable.css';

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
        <table className="table costs-table">
          <thead>
            <tr>
              {dimensions.map((name) => (
                <th key={name} scope="col">
                  {labelOf(name)}
                </th>
              ))}
              {COST_MEASURES.map((each) => (
                <SortHeader key={each} measure={each} question={question} />
              ))}
              <th scope="col" className="num">
                Share<span className="visually-hidden"> of {MEASURE_WORDS[measure].label.toLowerCase()}</span>
              </th>
              <th scope="col" className="num">
                Change<span className="visually-hidden"> of {MEASURE_WORDS[measure].label.toLowerCase()}</span>
              </th>
              <th scope="col">
                <span className="visually-hidden">Traces</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {lines.map((line) => (
              <GroupRow key={line.key} line={line} dimensions={dimensions} active={question.active} />
            ))}
            {rest === null ? null : (
              <tr className="costs-rest">
                <th scope="row" colSpan={dimensions.length}>
                  Other
                </th>
                <AmountCells {...rest} />
                <td />
              </tr>
            )}
            {gone.map((line) => (
              <GroupRow key={line.key} line={line} dimensions={dimensions} active={question.active} />
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row" colSpan={dimensions.length}>
                Total
              </th>
              <SumCells sums={total} />
              <td colSpan={3} />
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

interface GroupRowProps {
  line: CostLine;
  dimensions: readonly Dimension[];
  active: CostQuestion['active'];
}

function GroupRow({ line, dimensions, active }: GroupRowProps) {
  const [first, ...others] = dimensions;
  return (
    <tr className={line.comparison.kind === 'gone' ? 'costs-gone' : undefined}>
      <th scope="row" className="table-name">
        {first === undefined ? null : <GroupName dimension={first} value={line.groups[0] ?? null} />}
      </th>
      {others.map((name, index) => (
        <td key={name} className="costs-second">
          <GroupName dimension={name} value={line.groups[index + 1] ?? null} />
        </td>
      ))}
      <AmountCells {...line} />
      <td className="costs-traces">
        {line.comparison.kind === 'gone' ? null : <TracesLink dimensions={dimensions} groups={line.groups} active={active} />}
      </td>
    </tr>
  );
}

function AmountCells({ sums, share, comparison }: Omit<CostLine, 'key' | 'groups'>) {
  return (
    <>
      <SumCells sums={sums} />
      <td className="num">
        <span className="costs-share">
          {/* An overlapping group is part of the whole all the same: it never has more than all of it. */}
          <i aria-hidden="true" style={{ width: `${Math.min(1, share ?? 0) * 100}%` }} />
          <span>{formatPercent(share)}</span>
        </span>
      </td>
      <td className="num">
        <ComparisonText comparison={comparison} />
      </td>
    </>
  );
}

function SumCells({ sums }: { sums: Sums }) {
  return (
    <>
      <td className="num">
        <CostCell costUsd={costUsdOf(sums)} unpricedCalls={sums.unpricedCalls} />
      </td>
      <td className="num">{formatCount(sums.tokens)}</td>
      <td className="num">{formatCount(sums.calls)}</td>
      <td className="num">{formatCount(sums.errors)}</td>
    </>
  );
}
