import type { Alert } from '@sightglass/contract/alert';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ALERTS_KEY } from '../../api/alerts.ts';
import { overviewQuery } from '../../api/metrics.ts';
import { useShell } from '../../shell/shellContext.ts';
import { type Act, type Acted, actOnAlerts } from './actOnAlerts.ts';

/** Acting on alerts: nothing is shown as done before the server has said so, and what is shown is read again then. */
export function useActs(onActed: (acted: Acted) => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ alerts, act }: { alerts: readonly Alert[]; act: Act }) => actOnAlerts(alerts, act),
    onSuccess: async (acted) => {
      await Promise.all([ALERTS_KEY, overviewQuery.queryKey].map((queryKey) => client.invalidateQueries({ queryKey })));
      onActed(acted);
    },
  });
}

/** Undefined when the person may act on alerts, else why not. */
export function useActRefusal(): string | undefined {
  return useShell().me.permissions.includes('alerts.write') ? undefined : 'Your role may look at alerts, but not act on them';
}
