import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CheckCircle2, Send } from 'lucide-react';
import { useState } from 'react';
import { firstTraceQuery } from '../../api/firstTrace.ts';
import { asProblem } from '../../api/ProblemState.tsx';
import { requestJson } from '../../api/request.ts';
import { useNow } from '../../time/now.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { formatQuantity } from '../../ui/formatCount.ts';
import { type Arrival, afterWords, beginArrival, lookForArrival } from './arrival.ts';
import type { Refusal } from './refusalAdvice.ts';
import { RefusalList } from './RefusalList.tsx';
import { randomHex, testTrace } from './testTrace.ts';

const POLL_MS = 1000;
const REFUSALS_SHOWN = 5;

/** Waits for a trace that arrives after this began, whichever way it comes, and tells why requests were refused. */
export function ArrivalCheck({ onDone }: { onDone?: () => void }) {
  const [wait, setWait] = useState<Arrival | null>(null);
  const [isFirst, setIsFirst] = useState(false);
  const [lookedAtMs, setLookedAtMs] = useState(0);
  const done = wait !== null && wait.arrived !== null;
  const state = useQuery({ ...firstTraceQuery, staleTime: 0, refetchInterval: done ? false : POLL_MS });
  // What was cached before this began tells nothing about now: only looks since then count.
  if (state.data !== undefined && state.isFetchedAfterMount && state.dataUpdatedAt !== lookedAtMs) {
    setLookedAtMs(state.dataUpdatedAt);
    setWait(wait === null ? beginArrival(state.data, state.dataUpdatedAt) : lookForArrival(wait, state.data, state.dataUpdatedAt));
    if (state.data.first_trace_at === null) setIsFirst(true);
  }

  const send = useMutation({
    mutationFn: () =>
      requestJson<{ partialSuccess?: { rejectedSpans?: string; errorMessage?: string } } | undefined>('/v1/traces', {
        method: 'POST',
        body: testTrace({ traceId: randomHex(16), spanIds: [randomHex(8), randomHex(8), randomHex(8)] }, Date.now()),
      }),
  });
  const refused = send.data?.partialSuccess?.errorMessage;
  return (
    <div className="arrival">
      <div className="arrival-state" role="status">
        {wait?.arrived == null ? <Waiting wait={wait} unreachable={state.error !== null} /> : <Arrived arrived={wait.arrived} isFirst={isFirst} />}
      </div>
      <div className="arrival-actions">
        {wait?.arrived == null ? (
          <Button onClick={() => send.mutate()} disabled={send.isPending}>
            <Send aria-hidden="true" />
            Send a test trace
          </Button>
        ) : (
          <>
            <Link to="/traces/$traceId" params={{ traceId: wait.arrived.traceId }} className={buttonClass('primary')}>
              Open the trace
            </Link>
            {onDone === undefined ? null : <Button onClick={onDone}>Go to the overview</Button>}
            <Button
              variant="ghost"
              onClick={() => {
                setIsFirst(false);
                setWait(state.data === undefined ? null : beginArrival(state.data, Date.now()));
              }}
            >
              Wait for another
            </Button>
          </>
        )}
      </div>
      {send.error === null && refused === undefined ? null : (
        <p className="worse arrival-problem" role="alert">
          The test trace was refused: {refused ?? asProblem(send.error).message}
        </p>
      )}
      <Refusals refusals={state.data?.refusals ?? []} />
    </div>
  );
}

function Waiting({ wait, unreachable }: { wait: Arrival | null; unreachable: boolean }) {
  const now = useNow();
  const seconds = wait === null ? 0 : Math.max(0, Math.floor((now - wait.startedAtMs) / 1000));
  return (
    <>
      <i className="arrival-dot" aria-hidden="true" />
      <span>
        {unreachable
          ? 'Sightglass does not answer; trying again …'
          : wait !== null && wait.baseline !== null
            ? 'Waiting for the next trace …'
            : 'Waiting for the first trace …'}
        {/* The seconds are for the eye: read aloud they would never end. */}
        <span className="dim" aria-hidden="true">
          {' '}
          {seconds} s
        </span>
      </span>
    </>
  );
}

function Arrived({ arrived, isFirst }: { arrived: NonNullable<Arrival['arrived']>; isFirst: boolean }) {
  return (
    <span className="arrival-done">
      <CheckCircle2 aria-hidden="true" />
      {isFirst ? 'First trace' : 'A trace'} after {afterWords(arrived.afterMs)}
    </span>
  );
}

function Refusals({ refusals }: { refusals: readonly Refusal[] }) {
  if (refusals.length === 0) return null;
  return (
    <div className="refusals">
      <h3>Refused in the last hour</h3>
      <RefusalList refusals={refusals.slice(0, REFUSALS_SHOWN)} />
      {refusals.length <= REFUSALS_SHOWN ? null : (
        <Link to="/ingest" className="link">
          {formatQuantity(refusals.length - REFUSALS_SHOWN, 'more reason')} on the page of ingest health
        </Link>
      )}
    </div>
  );
}
