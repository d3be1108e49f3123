import { AlertTriangle, ChevronDown, ChevronRight, CircleDashed, Unlink } from 'lucide-react';
import { memo } from 'react';
import { approximate } from '../../../ui/approximate.ts';
import { formatCount, formatTokenFlow } from '../../../ui/formatCount.ts';
import { formatDurationMs } from '../../../ui/formatDuration.ts';
import { formatMoney, formatPicoUsd } from '../../../ui/formatMoney.ts';
import { isFailed } from '../model/errorOrder.ts';
import { countsUsage, isEstimated } from '../model/subtreeTotals.ts';
import { nodeName, nodeQualifier, type TraceModel } from '../model/traceModel.ts';
import { NODE_CYCLE, spanOf } from '../model/traceTree.ts';
import type { Indent } from './indent.ts';
import { KindIcon } from './KindIcon.tsx';
import './treeRow.css';

interface TreeRowProps {
  model: TraceModel;
  node: number;
  /** Its place among all rows, from 0. */
  index: number;
  indent: Indent;
  collapsed: boolean;
  atCursor: boolean;
  open: boolean;
  match: 'none' | 'match' | 'current';
}

export const rowId = (node: number) => `trace-row-${node}`;

/**
 * One span of the tree: name, kind, what it or its folded branch cost. Its bar is drawn on the canvas above the row; clicks are
 * taken by the grid, as keys are.
 */
export const TreeRow = memo(function TreeRow({ model, node, index, indent, collapsed, atCursor, open, match }: TreeRowProps) {
  const { tree, totals } = model;
  const span = spanOf(tree, node);
  const depth = tree.depth[node] ?? 0;
  const children = tree.childCount[node] ?? 0;
  const failed = span !== null && (isFailed(span.status) || span.error_origin);
  const qualifier = span === null ? `${tree.missingParentIds[node - tree.spans.length] ?? ''}` : nodeQualifier(span);
  const hidden = collapsed ? (tree.subtreeEnd[node] ?? 0) - (tree.position[node] ?? 0) - 1 : 0;
  const hiddenErrors = collapsed ? (totals.errors[node] ?? 0) : 0;
  return (
    <div
      id={rowId(node)}
      role="row"
      aria-rowindex={index + 2}
      aria-level={depth + 1}
      aria-selected={open}
      {...(children > 0 ? { 'aria-expanded': !collapsed } : {})}
      className="tree-row"
      data-node={node}
      data-cursor={atCursor || undefined}
      data-open={open || undefined}
      data-match={match === 'none' ? undefined : match}
    >
      <div role="gridcell" className="tree-name" style={{ paddingLeft: `${6 + Math.min(depth * indent.stepPx, indent.maxPx)}px` }}>
        {children > 0 ? (
          <button type="button" className="tree-fold" tabIndex={-1} aria-label={collapsed ? `Unfold ${formatCount(hidden)} spans` : 'Fold'}>
            {collapsed ? <ChevronRight aria-hidden="true" /> : <ChevronDown aria-hidden="true" />}
          </button>
        ) : (
          <span className="tree-fold" />
        )}
        {depth * indent.stepPx > indent.maxPx ? <span className="tree-depth">{depth}</span> : null}
        {span === null ? (
          <span className="tree-stand-in">
            <Unlink aria-hidden="true" />
          </span>
        ) : (
          <KindIcon kind={span.kind} />
        )}
        <span
          className="tree-label"
          data-failed={failed || undefined}
          data-stand-in={span === null || undefined}
          title={[nodeName(tree, node), qualifier].filter(Boolean).join(' · ')}
        >
          {nodeName(tree, node)}
          {qualifier === null ? null : <small> {qualifier}</small>}
        </span>
        {span?.error_origin === true ? <AlertTriangle className="tree-flag tree-flag-crit" aria-label="failed here" /> : null}
        {span?.status === 'running' ? <CircleDashed className="tree-flag tree-flag-running pulse" aria-label="running" /> : null}
        {tree.condition[node] === NODE_CYCLE ? <Unlink className="tree-flag" aria-label="was its own ancestor" /> : null}
        {collapsed ? <span className="tree-count">{formatCount(hidden)}</span> : null}
        {hiddenErrors > 0 && span?.error_origin !== true ? (
          <span className="tree-errors">{hiddenErrors === 1 ? '1 error' : `${hiddenErrors} errors`}</span>
        ) : null}
      </div>
      <div role="gridcell" className="tree-meta">
        {usageText(model, node, collapsed)}
      </div>
      <div role="gridcell" className="visually-hidden">
        {`starts at ${formatDurationMs(tree.startMs[node] ?? 0)}, ${span?.status === 'running' ? 'has taken' : 'takes'} ${formatDurationMs((tree.endMs[node] ?? 0) - (tree.startMs[node] ?? 0))}${span === null ? '' : `, ${span.status}`}`}
      </div>
    </div>
  );
});

/** The cost of a call or of a folded branch; where no price is known, its tokens. */
function usageText({ tree, totals }: TraceModel, node: number, collapsed: boolean): string {
  const span = spanOf(tree, node);
  if (span !== null && countsUsage(span) && !collapsed) {
    const text = span.cost_usd === null ? formatTokenFlow(span.input_tokens, span.output_tokens) : formatMoney(span.cost_usd);
    return text === null ? '' : approximate(isEstimated(span), text);
  }
  if (!collapsed) return '';
  const estimated = (totals.estimatedCalls[node] ?? 0) > 0;
  const cost = totals.costPicoUsd[node] ?? null;
  if (cost !== null) return approximate(estimated, formatPicoUsd(cost));
  const input = totals.inputTokens[node] ?? Number.NaN;
  const output = totals.outputTokens[node] ?? Number.NaN;
  const flow = formatTokenFlow(Number.isNaN(input) ? null : input, Number.isNaN(output) ? null : output);
  return flow === null ? '' : approximate(estimated, flow);
}
