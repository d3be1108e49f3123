import { type Dispatch, useReducer } from 'react';
import { carryNavigation } from './model/carryNavigation.ts';
import { type NavigationAction, navigate, startNavigation, type TraceNavigation } from './model/traceNavigation.ts';
import type { TraceTree } from './model/traceTree.ts';

interface Held {
  tree: TraceTree;
  state: TraceNavigation;
}

function reduce(held: Held, action: NavigationAction | { type: 'read-again'; tree: TraceTree }): Held {
  return action.type === 'read-again'
    ? { tree: action.tree, state: carryNavigation(held.tree, held.state, action.tree) }
    : { tree: held.tree, state: navigate(held.tree, held.state, action) };
}

/** Where a person is in the trace. When the trace is read again they stay where they are. */
export function useTraceNavigation(tree: TraceTree, startNode: () => number | null): [TraceNavigation, Dispatch<NavigationAction>] {
  const [held, dispatch] = useReducer(reduce, null, () => ({ tree, state: startNavigation(tree, startNode()) }));
  if (held.tree === tree) return [held.state, dispatch];
  const action = { type: 'read-again', tree } as const;
  dispatch(action);
  return [reduce(held, action).state, dispatch];
}
