import type { Span } from '@sightglass/contract/trace';
import { AlertTriangle } from 'lucide-react';
import { CopyButton } from '../../../ui/CopyButton.tsx';
import { isFailed } from '../model/errorOrder.ts';
import { failureOf } from '../model/exception.ts';
import { SpanLinkButton } from '../SpanLinkButton.tsx';
import { TextBlock } from '../text/TextBlock.tsx';
import { useTrace } from '../traceContext.ts';
import './failureBlock.css';

/** What went wrong, before everything else; on a span that only repeats a failure, the way to where it began. */
export function FailureBlock({ span, node }: { span: Span; node: number }) {
  const { model } = useTrace();
  if (!isFailed(span.status) && !span.error_origin) return null;
  const failure = failureOf(span);
  const end = model.tree.subtreeEnd[node] ?? 0;
  const origin = model.failed.origins.find(
    (each) => each !== node && (model.tree.position[each] ?? 0) > (model.tree.position[node] ?? 0) && (model.tree.position[each] ?? 0) < end,
  );
  const text = [failure?.type, failure?.message, failure?.stackTrace].filter((part) => typeof part === 'string').join('\n');
  return (
    <section className="failure" aria-label="Failure">
      <header>
        <AlertTriangle aria-hidden="true" />
        <b>{failure?.type ?? (span.status === 'timeout' ? 'Timed out' : 'Failed')}</b>
        {text === '' ? null : <CopyButton text={text} label="Copy the failure" />}
      </header>
      {failure?.message == null ? <p>The sender gave no message.</p> : <TextBlock text={failure.message} code />}
      {origin === undefined ? null : (
        <p>
          Began in <SpanLinkButton node={origin}>{model.tree.spans[origin]?.name ?? 'a span below'}</SpanLinkButton>
        </p>
      )}
      {failure?.stackTrace == null ? null : (
        <details>
          <summary>Stack trace</summary>
          <TextBlock text={failure.stackTrace} code />
        </details>
      )}
    </section>
  );
}
