import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { firstTraceQuery } from '../../api/firstTrace.ts';
import { ProblemState } from '../../api/ProblemState.tsx';
import { CopyButton } from '../../ui/CopyButton.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { Skeleton } from '../../ui/Skeleton.tsx';
import { ArrivalCheck } from './ArrivalCheck.tsx';
import { KeyStep } from './KeyStep.tsx';
import { SnippetTabs } from './SnippetTabs.tsx';
import { KEY_PLACEHOLDER } from './snippets.ts';
import './firstRun.css';

/** Address, key, a snippet for each client, and a wait that ends when data arrives. `onDone` is offered then. */
export function FirstRun({ onDone }: { onDone?: () => void }) {
  const state = useQuery(firstTraceQuery);
  const [createdKey, setCreatedKey] = useState<string | null>(null);
  if (state.data === undefined) {
    return state.error === null ? (
      <Skeleton height="320px" />
    ) : (
      <ProblemState error={state.error} what="The address could not be read" onRetry={() => void state.refetch()} />
    );
  }
  const { endpoint } = state.data;
  return (
    <div className="first-run">
      <div className="first-run-lead">
        <h2>{state.data.first_trace_at === null ? 'Send your first trace' : 'Send traces'}</h2>
        <p>Point any OpenTelemetry client at this address. Nothing else has to be installed here.</p>
      </div>
      <Panel title="1. Address and key">
        <div className="first-run-address">
          <Address label="OTLP over HTTP" value={endpoint.http} />
          {endpoint.grpc === null ? null : <Address label="OTLP over gRPC" value={endpoint.grpc} />}
        </div>
        <KeyStep keyNeeded={endpoint.key_needed} createdKey={createdKey} onKeyCreated={setCreatedKey} />
      </Panel>
      <Panel title="2. Set up your client">
        <SnippetTabs target={{ httpUrl: endpoint.http.replace(/\/$/, ''), key: createdKey ?? (endpoint.key_needed ? KEY_PLACEHOLDER : null) }} />
      </Panel>
      <Panel title="3. See it arrive">
        <ArrivalCheck {...(onDone === undefined ? {} : { onDone })} />
      </Panel>
    </div>
  );
}

function Address({ label, value }: { label: string; value: string }) {
  return (
    <div className="first-run-endpoint">
      <span className="dim">{label}</span>
      <code>{value}</code>
      <CopyButton text={value} label={`Copy address: ${label}`} />
    </div>
  );
}
