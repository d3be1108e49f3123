import type { Dispatch, RefObject } from 'react';
import { useShortcuts } from '../../shell/shortcuts.ts';
import { callNodes } from './conversation/useConversation.ts';
import { stepInRing } from './model/errorOrder.ts';
import { fullWindow, panBy, zoomAt } from './model/timeScale.ts';
import type { TraceModel } from './model/traceModel.ts';
import type { NavigationAction, TraceNavigation } from './model/traceNavigation.ts';
import type { TraceViewName } from './traceContext.ts';
import type { TraceSearchState } from './useTraceSearch.ts';

const ZOOM_STEP = 0.7;
const PAN_STEP = 0.2;

interface TraceShortcuts {
  model: TraceModel;
  state: TraceNavigation;
  dispatch: Dispatch<NavigationAction>;
  view: TraceViewName;
  setView: (view: TraceViewName) => void;
  search: TraceSearchState;
  searchInput: RefObject<HTMLInputElement | null>;
  stepError: (by: 1 | -1) => void;
}

/** The keys of the trace page. */
export function useTraceShortcuts({ model, state, dispatch, view, setView, search, searchInput, stepError }: TraceShortcuts): void {
  const { durationMs } = model.tree;
  const zoom = (factor: number) => dispatch({ type: 'zoom', window: zoomAt(state.window, 0.5, factor, durationMs) });
  const pan = (by: number) => dispatch({ type: 'zoom', window: panBy(state.window, by, durationMs) });
  const move = (by: 1 | -1) => {
    if (view === 'waterfall') dispatch({ type: 'move', by });
    else {
      const node = stepInRing(callNodes(model), state.open, by);
      if (node !== null) dispatch({ type: 'go', node, open: true });
    }
  };
  const group = 'Trace';
  useShortcuts([
    { keys: 'j', label: 'Next span, or next call of the conversation', group, run: () => move(1) },
    { keys: 'k', label: 'Previous span, or call', group, run: () => move(-1) },
    { keys: 'h', label: 'Fold, or go to the parent', group, run: () => dispatch({ type: 'fold' }) },
    { keys: 'l', label: 'Unfold, or go to the first child', group, run: () => dispatch({ type: 'unfold' }) },
    { keys: 'Enter', label: 'Open the detail of the span', group, run: () => dispatch({ type: 'open' }) },
    {
      keys: 'Escape',
      label: 'Close the detail, or clear the search',
      group,
      run: () => (state.open === null ? search.setQuery('') : dispatch({ type: 'close' })),
    },
    { keys: 'e', label: 'Next error', group, run: () => stepError(1) },
    { keys: 'E', label: 'Previous error', group, run: () => stepError(-1) },
    { keys: '/', label: 'Find in the trace', group, run: () => searchInput.current?.focus() },
    { keys: 'n', label: 'Next match', group, run: () => search.step(1) },
    { keys: 'N', label: 'Previous match', group, run: () => search.step(-1) },
    { keys: '1', label: 'Waterfall', group, run: () => setView('waterfall') },
    { keys: '2', label: 'Conversation', group, run: () => setView('conversation') },
    { keys: '3', label: 'Logs', group, run: () => setView('logs') },
    { keys: 'w', label: 'Zoom in', group: 'Time axis', run: () => zoom(ZOOM_STEP) },
    { keys: 's', label: 'Zoom out', group: 'Time axis', run: () => zoom(1 / ZOOM_STEP) },
    { keys: 'a', label: 'Earlier', group: 'Time axis', run: () => pan(-PAN_STEP) },
    { keys: 'd', label: 'Later', group: 'Time axis', run: () => pan(PAN_STEP) },
    { keys: '0', label: 'Show all', group: 'Time axis', run: () => dispatch({ type: 'zoom', window: fullWindow(durationMs) }) },
  ]);
}
