import type { TargetsChange } from '@sightglass/contract/availabilityTargets';
import type { TargetsSetting } from '@sightglass/contract/routes/targets';
import { queryOptions } from '@tanstack/react-query';
import { requestJson } from './request.ts';

const PATH = '/api/obs/settings/targets';

/** The availability that tools, services and providers are held to. */
export const targetsQuery = queryOptions({
  queryKey: ['settings', 'targets'],
  queryFn: ({ signal }) => requestJson<TargetsSetting>(PATH, { signal }),
});

/** Sets some targets; null takes one back. Answers all of them. */
export const patchTargets = (body: TargetsChange) => requestJson<TargetsSetting>(PATH, { method: 'PATCH', body });
