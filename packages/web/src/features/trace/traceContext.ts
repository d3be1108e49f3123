import { createContext, type Dispatch, use } from 'react';
import type { ToolRun } from './model/toolRuns.ts';
import type { TraceModel } from './model/traceModel.ts';
import type { NavigationAction } from './model/traceNavigation.ts';

/** One look at the trace; the selection is the same in all of them. */
export type TraceViewName = 'waterfall' | 'conversation' | 'logs';

/** What every part of one trace's page needs. */
export interface TraceContextValue {
  traceId: string;
  model: TraceModel;
  toolRuns: readonly ToolRun[];
  dispatch: Dispatch<NavigationAction>;
}

export const TraceContext = createContext<TraceContextValue | null>(null);

export function useTrace(): TraceContextValue {
  const value = use(TraceContext);
  if (value === null) throw new Error('useTrace is called outside of a trace page');
  return value;
}
