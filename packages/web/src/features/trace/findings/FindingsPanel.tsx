import { useMemo, useState } from 'react';
import { approximate, estimateWords } from '../../../ui/approximate.ts';
import { formatCount, formatQuantity, formatTokenFlow } from '../../../ui/formatCount.ts';
import { formatDurationMs } from '../../../ui/formatDuration.ts';
import { formatPicoUsd, NOT_SENT } from '../../../ui/formatMoney.ts';
import { num, TableHead } from '../../../ui/TableHead.tsx';
import { failureOf } from '../model/exception.ts';
import { costByModel, type ModelCost, longestOnPath } from '../model/findings.ts';
import { nodeName, type TraceModel } from '../model/traceModel.ts';
import { spanOf } from '../model/traceTree.ts';
import { SpanSection } from '../span/SpanSection.tsx';
import { SpanLinkButton } from '../SpanLinkButton.tsx';
import { useTrace } from '../traceContext.ts';
import { KindIcon } from '../waterfall/KindIcon.tsx';
import './findingsPanel.css';

/** More would push time and money out of sight. */
const FAILURES_AT_FIRST = 4;
const FAILURES_MAX = 200;
const SHARES_MAX = 8;

/** Where it went wrong, where time and money went: what a trace has to say while no span is chosen. */
export function FindingsPanel() {
  const { model } = useTrace();
  return (
    <aside className="findings" aria-label="Findings">
      <h2 className="visually-hidden">Findings</h2>
      <Failures model={model} />
      <TimeSpent model={model} />
      <MoneySpent model={model} />
      <Preview label="Input" text={model.trace.input_preview} />
      <Preview label="Output" text={model.trace.output_preview} />
      <p className="finding-hint">Choose a span for its messages, cost and attributes.</p>
    </aside>
  );
}

function Failures({ model }: { model: TraceModel }) {
  const { tree, failed } = model;
  const [all, setAll] = useState(false);
  if (failed.origins.length === 0) return null;
  const shown = failed.origins.slice(0, all ? FAILURES_MAX : FAILURES_AT_FIRST);
  const more = failed.origins.length - shown.length;
  return (
    <SpanSection title="Where it went wrong" note={failed.origins.length === 1 ? undefined : `${formatCount(failed.origins.length)}, deepest first`}>
      <ul className="finding-list">
        {shown.map((node) => {
          const span = spanOf(tree, node);
          const failure = span === null ? null : failureOf(span);
          return (
            <li key={node}>
              {span === null ? null : <KindIcon kind={span.kind} />}
              <div>
                <SpanLinkButton node={node}>{nodeName(tree, node)}</SpanLinkButton>
                <p className="finding-message">{[failure?.type, failure?.message].filter(Boolean).join(': ') || 'The sender gave no message.'}</p>
              </div>
            </li>
          );
        })}
      </ul>
      {more === 0 || all ? null : (
        <button type="button" className="link text-button" onClick={() => setAll(true)}>
          {`Show ${formatCount(Math.min(more, FAILURES_MAX - FAILURES_AT_FIRST))} more`}
        </button>
      )}
      {all && more > 0 ? <p className="finding-note">{`${formatQuantity(more, 'more failure')} are reached with the key e.`}</p> : null}
      {failed.repeats.length === 0 ? null : (
        <p className="finding-note">
          {formatQuantity(failed.repeats.length, 'enclosing span')} failed with {failed.origins.length === 1 ? 'it' : 'them'}.
        </p>
      )}
    </SpanSection>
  );
}

function TimeSpent({ model }: { model: TraceModel }) {
  const shares = useMemo(() => longestOnPath(model, SHARES_MAX), [model]);
  if (shares.length === 0) return null;
  return (
    <SpanSection title="Where the time went" note="own time on the critical path">
      <ul className="finding-list">
        {shares.map((share) => (
          <li key={share.node} className="finding-share">
            {share.kind === null ? <span className="kind-icon" /> : <KindIcon kind={share.kind} />}
            <span className="finding-name">
              <SpanLinkButton node={share.node}>{share.name}</SpanLinkButton>
            </span>
            <meter
              className={`finding-bar kind-${share.kind ?? 'other'}`}
              min={0}
              max={1}
              value={share.share}
              aria-label={`${Math.round(share.share * 100)} % of the trace`}
            />
            <span className="num">{formatDurationMs(share.ms)}</span>
            <span className="num dim">{Math.round(share.share * 100)} %</span>
          </li>
        ))}
      </ul>
    </SpanSection>
  );
}

function tokensText({ inputTokens, outputTokens, estimatedCalls }: ModelCost): string {
  const flow = formatTokenFlow(inputTokens, outputTokens);
  return flow === null ? NOT_SENT : approximate(estimatedCalls > 0, flow);
}

function MoneySpent({ model }: { model: TraceModel }) {
  const costs = useMemo(() => costByModel(model), [model]);
  if (costs.length === 0) return null;
  return (
    <SpanSection title="Where the money went" note="by model">
      <table className="finding-costs">
        <TableHead columns={['Model', num('Calls'), num('Tokens'), num('Cost')]} />
        <tbody>
          {costs.map((cost) => (
            <tr key={cost.model}>
              <td>
                <SpanLinkButton node={cost.node} label={`${cost.model}: go to its dearest call`}>
                  {cost.model}
                </SpanLinkButton>
              </td>
              <td className="num">{formatCount(cost.calls)}</td>
              <td className="num">{tokensText(cost)}</td>
              <td className="num" title={estimateWords(cost.estimatedCalls)}>
                {cost.costPicoUsd === null ? 'unknown' : approximate(cost.estimatedCalls > 0, formatPicoUsd(cost.costPicoUsd))}
                {cost.unpricedCalls > 0 && cost.costPicoUsd !== null ? <small>{`${cost.unpricedCalls} unpriced`}</small> : null}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </SpanSection>
  );
}

function Preview({ label, text }: { label: string; text: string | null }) {
  if (text === null || text === '') return null;
  return (
    <SpanSection title={label} note="beginning">
      <p className="finding-preview">{text}</p>
    </SpanSection>
  );
}
