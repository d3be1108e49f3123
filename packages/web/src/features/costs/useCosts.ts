import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useSearchText } from '../../routing/useSearchText.ts';
import { useShell } from '../../shell/shellContext.ts';
import { useRefetchInterval } from '../../time/liveRefresh.ts';
import { useTimeZone } from '../../time/timeZone.ts';
import { useTimeRange } from '../../time/useTimeRange.ts';
import { type CostQuestion, readCostQuestion } from './costQuestion.ts';
import { type Costs, readCosts } from './readCosts.ts';

export interface ShownCosts {
  question: CostQuestion;
  costs: Costs;
}

/** The costs that the URL asks for. While a changed question is on its way what was asked before stays, with its question. */
export function useCosts(): { question: CostQuestion; query: ReturnType<typeof useCostsQuery> } {
  const search = useSearchText();
  const question = useMemo(() => readCostQuestion(search), [search]);
  return { question, query: useCostsQuery(question) };
}

function useCostsQuery(question: CostQuestion) {
  const { range } = useTimeRange();
  const zone = useTimeZone();
  const workspaceZone = useShell().me.workspace.time_zone;
  const refetchInterval = useRefetchInterval();
  return useQuery({
    queryKey: ['costs', question, range, zone, workspaceZone],
    queryFn: async ({ signal }): Promise<ShownCosts> => ({
      question,
      costs: await readCosts({ question, range, workspaceZone, zone, nowMs: Date.now(), signal }),
    }),
    placeholderData: (before) => before,
    refetchInterval,
  });
}
