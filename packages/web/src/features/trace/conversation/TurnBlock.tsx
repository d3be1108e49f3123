import { AlertTriangle, Wrench } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { ProblemState } from '../../../api/ProblemState.tsx';
import { approximate } from '../../../ui/approximate.ts';
import { formatQuantity, formatTokenFlow } from '../../../ui/formatCount.ts';
import { formatDurationMs, formatDurationNs } from '../../../ui/formatDuration.ts';
import { formatMoney } from '../../../ui/formatMoney.ts';
import { MessageCard } from '../messages/MessageCard.tsx';
import { isFailed } from '../model/errorOrder.ts';
import { failureOf } from '../model/exception.ts';
import type { ToolBlock } from '../model/messageThread.ts';
import type { ToolRun } from '../model/toolRuns.ts';
import { nodeName } from '../model/traceModel.ts';
import { spanOf } from '../model/traceTree.ts';
import { SpanLinkButton } from '../SpanLinkButton.tsx';
import { useTrace } from '../traceContext.ts';
import { KindIcon } from '../waterfall/KindIcon.tsx';
import type { ConversationTurn } from './useConversation.ts';
import './turnBlock.css';
import { uniqueKeys } from '../model/uniqueKeys.ts';

interface TurnBlockProps {
  turn: ConversationTurn;
  number: number;
  open: boolean;
  runOf: (block: ToolBlock) => ToolRun | undefined;
}

/** One call: its figures, linked to its span, and the messages it added. */
export function TurnBlock({ turn, number, open, runOf }: TurnBlockProps) {
  const { model } = useTrace();
  const block = useRef<HTMLElement>(null);
  const span = spanOf(model.tree, turn.node);
  useEffect(() => {
    if (open) block.current?.scrollIntoView({ block: 'nearest' });
  }, [open]);
  if (span === null) return null;
  const keys = uniqueKeys(turn.messages.map((message) => message.source.role));
  const failure = isFailed(span.status) ? failureOf(turn.detail ?? span) : null;
  const tokens = formatTokenFlow(span.input_tokens, span.output_tokens);
  const facts = [
    span.response_model ?? span.request_model,
    formatDurationNs(span.duration_ns),
    tokens === null ? null : approximate(span.usage_estimated, tokens),
    span.cost_usd === null ? null : approximate(span.cost_source === 'estimated', formatMoney(span.cost_usd)),
  ].filter((fact) => fact !== null);
  const messages = (turn.detail?.input_messages.length ?? 0) + (turn.detail?.output_messages.length ?? 0);
  return (
    <section ref={block} className="turn" data-open={open || undefined} aria-label={`Call ${number}: ${span.name}`}>
      <header className="turn-head">
        <span className="turn-number">{number}</span>
        <KindIcon kind={span.kind} />
        <SpanLinkButton node={turn.node}>{nodeName(model.tree, turn.node)}</SpanLinkButton>
        <span className="turn-facts">{facts.join(' · ')}</span>
      </header>
      {turn.repeatedCount > 0 ? (
        <p className="turn-note">{formatQuantity(turn.repeatedCount, 'message')} of the history, shown above, sent again</p>
      ) : null}
      {turn.error !== null && turn.detail === null ? (
        <ProblemState error={turn.error} what="The call could not be loaded" onRetry={turn.retry} />
      ) : null}
      {turn.messages.map((message, i) => (
        <MessageCard
          key={keys[i]}
          message={message}
          end={message.source.direction === 'output' && message.source.finish_reason !== null ? <span>{message.source.finish_reason}</span> : null}
          renderRun={(each) => <RunOf run={runOf(each)} />}
        />
      ))}
      {turn.detail !== null && messages === 0 ? <p className="turn-note">No messages were sent with this call.</p> : null}
      {failure === null ? null : (
        <p className="turn-failure">
          <AlertTriangle aria-hidden="true" />
          {[failure.type, failure.message].filter(Boolean).join(': ')}
        </p>
      )}
      {turn.unasked.map((run) => (
        <p key={run.node} className="turn-tool">
          <Wrench aria-hidden="true" />
          <SpanLinkButton node={run.node}>{run.name}</SpanLinkButton>
          <RunFacts run={run} />
        </p>
      ))}
    </section>
  );
}

function RunOf({ run }: { run: ToolRun | undefined }) {
  if (run === undefined) return null;
  return (
    <SpanLinkButton node={run.node}>
      <RunFacts run={run} />
    </SpanLinkButton>
  );
}

function RunFacts({ run }: { run: ToolRun }) {
  const { model } = useTrace();
  const span = spanOf(model.tree, run.node);
  const failed = span !== null && isFailed(span.status);
  const message = failed ? failureOf(span)?.message : null;
  return (
    <span className={failed ? 'turn-run worse' : 'turn-run'}>
      {`${failed ? 'failed after' : 'ran'} ${formatDurationMs((model.tree.endMs[run.node] ?? 0) - (model.tree.startMs[run.node] ?? 0))}${message ? `: ${message.slice(0, 200)}` : ''}`}
    </span>
  );
}
