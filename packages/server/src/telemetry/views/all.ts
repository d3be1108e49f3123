import { CALL_VIEWS } from './callViews.ts';
import { EVENT_VIEWS } from './eventViews.ts';
import { METRIC_VIEWS } from './metricViews.ts';
import { RUN_VIEWS } from './runViews.ts';
import { TRACE_VIEWS } from './traceViews.ts';
import type { View } from './view.ts';

/** Every read-only view there is. */
export const VIEWS: readonly View[] = [...CALL_VIEWS, ...METRIC_VIEWS, ...TRACE_VIEWS, ...EVENT_VIEWS, ...RUN_VIEWS];
