import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { firstTraceQuery } from '../api/firstTrace.ts';
import { KEY_PLACEHOLDER } from '../features/firstRun/snippets.ts';
import { LongerRanges } from '../filters/LongerRanges.tsx';
import { buttonClass } from '../ui/Button.tsx';
import { CodeBlock } from '../ui/CodeBlock.tsx';
import { Panel } from '../ui/Panel.tsx';
import { EmptyState } from '../ui/StateMessage.tsx';
import './measureTable.css';

export interface MeasureExample {
  title: string;
  /** `key`: null where none is needed. */
  code: (target: { url: string; key: string | null }) => string;
}

interface NothingMeasuredProps {
  title: string;
  /** Which clients fill the page, and with what. */
  children: ReactNode;
  /** Something to copy that fills it. */
  example: MeasureExample;
}

/** A page without data says what to send to fill it. */
export function NothingMeasured({ title, children, example }: NothingMeasuredProps) {
  const endpoint = useQuery(firstTraceQuery).data?.endpoint;
  const url = (endpoint?.http ?? location.origin).replace(/\/$/, '');
  return (
    <Panel title={title}>
      <EmptyState
        title="Nothing in this range"
        actions={
          <>
            <LongerRanges />
            <Link to="/get-started" className={buttonClass()}>
              How to send data
            </Link>
          </>
        }
      >
        {children}
      </EmptyState>
      <div className="measures-hint">
        <CodeBlock title={example.title} code={example.code({ url, key: endpoint?.key_needed === false ? null : KEY_PLACEHOLDER })} />
        <p className="dim">
          Every client and name that fills this page stands in <code className="mono">docs/metrics-pages.md</code>.
        </p>
      </div>
    </Panel>
  );
}
