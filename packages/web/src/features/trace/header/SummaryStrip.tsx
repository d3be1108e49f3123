import { Link } from '@tanstack/react-router';
import { Fact, FactStrip } from '../../../lists/FactStrip.tsx';
import { useTimeZone } from '../../../time/timeZone.ts';
import { approximate, estimateWords } from '../../../ui/approximate.ts';
import { formatCount, formatTokenFlow } from '../../../ui/formatCount.ts';
import { formatDurationNs } from '../../../ui/formatDuration.ts';
import { NOT_SENT } from '../../../ui/formatMoney.ts';
import { epochMs, formatClock, formatExact, zoneLabel } from '../../../ui/formatTime.ts';
import { Money } from '../../../ui/Money.tsx';
import { failureCount, type TraceModel } from '../model/traceModel.ts';
import './summaryStrip.css';

interface SummaryStripProps {
  model: TraceModel;
  onErrorsChosen: () => void;
}

/** The figures of the trace in one line. */
export function SummaryStrip({ model, onErrorsChosen }: SummaryStripProps) {
  const { trace } = model;
  const zone = useTimeZone();
  const errors = failureCount(model);
  const tokens = formatTokenFlow(trace.input_tokens, trace.output_tokens);
  return (
    <FactStrip className="trace-summary">
      <Fact name="Duration">{`${formatDurationNs(trace.duration_ns)}${model.runningCount > 0 ? ' so far' : ''}`}</Fact>
      <Fact name="Cost">
        <Money usd={trace.cost_usd} missing="No call of this trace has a price" estimate={estimateWords(trace.approximate_calls)} />
      </Fact>
      <Fact name="Tokens">
        {tokens === null ? NOT_SENT : <span title={estimateWords(trace.approximate_calls)}>{approximate(trace.approximate_calls > 0, tokens)}</span>}
      </Fact>
      <Fact name="LLM calls">{formatCount(trace.llm_calls)}</Fact>
      <Fact name="Errors">
        {errors === 0 ? (
          '0'
        ) : (
          <button type="button" className="trace-errors" title="Go to where it went wrong (e)" onClick={onErrorsChosen}>
            {formatCount(errors)}
          </button>
        )}
      </Fact>
      <Filter name="Agent" field="agent_id" value={trace.agent_id} start={trace.start_time} />
      <Filter name="User" field="user_id" value={trace.user_id} start={trace.start_time} />
      <Filter name="Session" field="session_id" value={trace.session_id} start={trace.start_time} />
      <Fact name="Started">
        <time dateTime={trace.start_time} title={formatExact(trace.start_time, zone)}>
          {formatClock(trace.start_time, zone)} {Number.isNaN(epochMs(trace.start_time)) ? '' : zoneLabel(zone, epochMs(trace.start_time))}
        </time>
      </Fact>
    </FactStrip>
  );
}

const DAY_MS = 86_400_000;

/** A value that leads to the traces that share it, in the days around this one. */
function Filter({ name, field, value, start }: { name: string; field: string; value: string | null; start: string }) {
  if (value === null) return null;
  const at = epochMs(start);
  const range = Number.isNaN(at) ? {} : { from: new Date(at - DAY_MS).toISOString(), to: new Date(at + DAY_MS).toISOString() };
  return (
    <Fact name={name}>
      <Link className="link" to="/traces" search={{ [field]: value, ...range }} title={`Traces with this ${name.toLowerCase()}: ${value}`}>
        {value}
      </Link>
    </Fact>
  );
}
