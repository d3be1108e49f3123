import type { SpanKind } from '@sightglass/contract/spanKinds';
import type { SpanDetail } from '@sightglass/contract/trace';
import { useMemo } from 'react';
import { formatDurationMs } from '../../../ui/formatDuration.ts';
import { MessageList } from '../messages/MessageList.tsx';
import { ToolsOnOffer } from '../messages/ToolsOnOffer.tsx';
import type { ToolBlock } from '../model/messageThread.ts';
import { matchToolRuns, type ToolRun } from '../model/toolRuns.ts';
import { SpanLinkButton } from '../SpanLinkButton.tsx';
import { TextBlock } from '../text/TextBlock.tsx';
import { TextModeSwitch } from '../text/TextModeSwitch.tsx';
import { useTrace } from '../traceContext.ts';
import { DocumentTable } from './DocumentTable.tsx';
import { FoldedSection, SpanSection } from './SpanSection.tsx';

/** Kinds that have no input and output of their own: their attributes are the whole story. */
export const TOLD_BY_ATTRIBUTES: ReadonlySet<SpanKind> = new Set(['http', 'db', 'cache', 'other']);

/** What went into a span and what came out: messages, documents, or text. */
export function SpanPayload({ detail, node }: { detail: SpanDetail; node: number }) {
  const runs = useRunsOfCalls(detail, node);
  const messages = detail.input_messages.length + detail.output_messages.length;
  const hasMessages = messages > 0;
  const { input, output, documents, tool_definitions: tools } = detail;
  if (!hasMessages && input === null && output === null && documents.length === 0 && tools.length === 0) {
    if (TOLD_BY_ATTRIBUTES.has(detail.kind)) return null;
    return (
      <SpanSection title="Input and output">
        <p className="dim">Neither was sent. Many clients leave content out unless told to record it.</p>
      </SpanSection>
    );
  }
  const runOf = (block: ToolBlock) => {
    const run = block.id === null ? undefined : runs.get(block.id);
    return run === undefined ? null : <RunLink run={run} />;
  };
  return (
    <>
      {hasMessages || tools.length > 0 ? (
        <SpanSection title="Messages" note={hasMessages ? messages : 'not sent'} end={<TextModeSwitch />}>
          <div className="message-list">
            <ToolsOnOffer tools={tools} />
            {hasMessages ? <MessageList span={detail} renderRun={runOf} /> : null}
          </div>
        </SpanSection>
      ) : null}
      {documents.length === 0 ? null : (
        <SpanSection title="Documents" note={documents.length} end={hasMessages ? undefined : <TextModeSwitch />}>
          <DocumentTable documents={documents} />
        </SpanSection>
      )}
      {hasMessages ? (
        <>
          {input === null ? null : (
            <FoldedSection title="Input as sent">
              <TextBlock text={input} />
            </FoldedSection>
          )}
          {output === null ? null : (
            <FoldedSection title="Output as sent">
              <TextBlock text={output} />
            </FoldedSection>
          )}
        </>
      ) : (
        <>
          {input === null ? null : (
            <SpanSection title="Input" end={documents.length > 0 ? undefined : <TextModeSwitch />}>
              <TextBlock text={input} />
            </SpanSection>
          )}
          {output === null ? null : (
            <SpanSection title="Output" end={input === null && documents.length === 0 ? <TextModeSwitch /> : undefined}>
              <TextBlock text={output} />
            </SpanSection>
          )}
        </>
      )}
    </>
  );
}

function RunLink({ run }: { run: ToolRun }) {
  const { model } = useTrace();
  const ms = (model.tree.endMs[run.node] ?? 0) - (model.tree.startMs[run.node] ?? 0);
  return <SpanLinkButton node={run.node}>ran {formatDurationMs(ms)}</SpanLinkButton>;
}

/** Call id → the span that ran it, for the calls this span asked for. */
function useRunsOfCalls(detail: SpanDetail, node: number): ReadonlyMap<string, ToolRun> {
  const { model, toolRuns } = useTrace();
  return useMemo(() => {
    const calls = detail.output_messages.flatMap((message) => message.parts.filter((part) => part.type === 'tool_call'));
    const startMs = model.tree.startMs[node] ?? 0;
    const matched = matchToolRuns(
      calls.map((call) => ({ name: call.name, askedAtMs: startMs })),
      toolRuns.filter((run) => run.startMs >= startMs),
    );
    return new Map(calls.flatMap((call, i) => (call.id !== null && matched.runs[i] ? [[call.id, matched.runs[i]] as const] : [])));
  }, [detail, node, model, toolRuns]);
}
