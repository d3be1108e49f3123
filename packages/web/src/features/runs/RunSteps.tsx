import type { RunDetail, RunStep } from '@sightglass/contract/run';
import { Link } from '@tanstack/react-router';
import { formatCount, formatQuantity } from '../../ui/formatCount.ts';
import { formatDurationMs } from '../../ui/formatDuration.ts';
import { Panel } from '../../ui/Panel.tsx';
import { KindDot, StatusTag } from '../../ui/Tag.tsx';
import { durationMsOf, type Instant, millisecondsBetween, parseInstant } from '../trace/model/timestamps.ts';
import './runSteps.css';

/** The steps right below the run in their order, each where it lies in the run's time. */
export function RunSteps({ run }: { run: RunDetail }) {
  const { steps, step_count, trace_id } = run;
  const origin = parseInstant(run.started_at);
  const placed = steps.map((step) => ({ step, ...placeOf(step, origin) }));
  const wholeMs = Math.max(run.duration_ms ?? 0, ...placed.map(({ startMs, lengthMs }) => startMs + lengthMs));
  return (
    <Panel
      title="Steps"
      note={step_count > steps.length ? `the first ${formatCount(steps.length)} of ${formatCount(step_count)}` : formatQuantity(step_count, 'step')}
    >
      {steps.length === 0 ? (
        <p className="run-steps-none dim">{run.status === 'running' ? 'None has ended yet.' : 'The run has no steps below it.'}</p>
      ) : (
        <ol className="run-steps">
          {placed.map(({ step, startMs, lengthMs }) => (
            <li key={step.span_id}>
              <StatusTag status={step.status} iconOnly />
              <span className="run-step-name">
                <KindDot kind={step.kind} />
                <Link
                  to="/traces/$traceId"
                  params={{ traceId: trace_id }}
                  search={{ span: step.span_id }}
                  className="item-name truncate"
                  title={step.name}
                >
                  {step.name === '' ? 'unnamed' : step.name}
                </Link>
                {step.steps > 0 ? (
                  <span className="item-aside" title={`${formatQuantity(step.steps, 'span')} right below it`}>
                    +{formatCount(step.steps)}
                  </span>
                ) : null}
              </span>
              <span className="run-step-bar" aria-hidden="true" style={barStyle(startMs, lengthMs, wholeMs)} data-status={step.status} />
              <span className="run-step-time" title={`Starts ${formatDurationMs(startMs)} after the run`}>
                <span className="dim">+{formatDurationMs(startMs)}</span> {formatDurationMs(lengthMs)}
              </span>
              {step.message === null ? null : <span className="run-step-message worse truncate">{step.message}</span>}
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

function placeOf({ started_at, duration_ns }: RunStep, origin: Instant | null): { startMs: number; lengthMs: number } {
  const start = parseInstant(started_at);
  const startMs = origin === null || start === null ? 0 : Math.max(0, millisecondsBetween(origin, start));
  return { startMs, lengthMs: durationMsOf(duration_ns) };
}

function barStyle(startMs: number, lengthMs: number, wholeMs: number): React.CSSProperties {
  const share = (ms: number) => (wholeMs === 0 ? 0 : Math.min(1, ms / wholeMs));
  return { '--from': share(startMs), '--length': share(lengthMs) } as React.CSSProperties;
}
