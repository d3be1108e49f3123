import { z } from '@hono/zod-openapi';
import { TimestampSchema, UsdSchema } from '../trace.ts';
import { defineRoute, json } from './defineRoute.ts';

/** `rolling_average`: the mean of the last seven finished days. `seasonal`: Holt-Winters with a weekly pattern and a damped trend. */
export const FORECAST_METHODS = ['rolling_average', 'seasonal'] as const;
export type ForecastMethodName = (typeof FORECAST_METHODS)[number];

/** Share of past cases that an interval is made to hold. */
export const FORECAST_INTERVAL_LEVEL = 0.8;
export const FORECAST_LIST_MAX = 100;
const FORECAST_LIST_DEFAULT = 50;

const EstimateSchema = UsdSchema.openapi({ description: 'An estimate: rounded to cents, below $10 to four significant digits' });

const ReachSchema = z.object({
  projected_usd: EstimateSchema.nullable(),
  /** With `high_usd` the interval of `interval_level`; null while too few past forecasts can be checked. Never below what is spent. */
  low_usd: EstimateSchema.nullable(),
  high_usd: EstimateSchema.nullable(),
  /** Why the projection or its interval is null, for a person; null when both are there. */
  reason: z.string().nullable(),
});
export type ForecastReach = z.infer<typeof ReachSchema>;

/** How far past forecasts were off. Shares: 0.1 is 10 %. */
const MethodErrorSchema = z.object({
  /** Σ |error| ÷ Σ actual; null when nothing was spent. */
  wape: z.number().nullable(),
  /** Mean of |error| ÷ actual over the cases in which something was spent; null when there were none. */
  mape: z.number().nullable(),
  /** Share of the cases that lay inside the interval as it would have been drawn then; null when none could be drawn. */
  coverage: z.number().nullable(),
  /** Cases in which an interval could be drawn. */
  intervals: z.number().int(),
});

/** Where the month will end: what is spent so far, exactly, and an estimate of the rest. */
export const CostProjectionSchema = ReachSchema.extend({
  /** Exact, from the first moment of the month to now. */
  spent_usd: UsdSchema,
  /** Exact, the whole month before. */
  previous_month_usd: UsdSchema,
  /** Calls of this month without a price: neither spent nor projected amounts hold them. */
  unpriced_calls: z.number().int(),
  /** Finished days since the first cost, of which the methods learn; at most 126. */
  history_days: z.number().int(),
  /** The method that `projected_usd` is of: the one that was less far off over as many days as are left. Null without a projection. */
  method: z.enum(FORECAST_METHODS).nullable(),
  /** How far that method was off in the past, over totals of `days` days; null without past forecasts to check. */
  past_error: z.object({ days: z.number().int(), forecasts: z.number().int(), wape: z.number().nullable() }).nullable(),
  methods: z.object({ rolling_average: ReachSchema, seasonal: ReachSchema }),
}).openapi('CostProjection');
export type CostProjection = z.infer<typeof CostProjectionSchema>;

const ForecastDaySchema = z.object({
  date: z.string(),
  starts_at: TimestampSchema,
  /** Exact; null for a day to come. */
  spent_usd: UsdSchema.nullable(),
  /** What is still expected of the day; null for a finished day, and without a projection. */
  expected_usd: EstimateSchema.nullable(),
  /** The month up to the end of this day: exact for finished days, from today on an estimate, null without a projection. */
  total_usd: UsdSchema.nullable(),
  low_usd: EstimateSchema.nullable(),
  high_usd: EstimateSchema.nullable(),
});
export type ForecastDay = z.infer<typeof ForecastDaySchema>;

const PastForecastSchema = z.object({
  /** The last day that was known when the forecast was made. */
  after: z.string(),
  rolling_average: ReachSchema,
  seasonal: ReachSchema,
});
const PastMonthSchema = z.object({
  /** `2026-10` */
  month: z.string(),
  /** Exact. */
  spent_usd: UsdSchema,
  forecasts: z.array(PastForecastSchema),
});
export type PastMonth = z.infer<typeof PastMonthSchema>;

const HorizonSchema = z.object({
  /** How many days ahead: each case compares the forecast total of so many days with the actual one. */
  days: z.number().int(),
  /** Cases: one for each past day from which a forecast can be made and checked. Both methods had the same. */
  forecasts: z.number().int(),
  rolling_average: MethodErrorSchema,
  seasonal: MethodErrorSchema,
});
export type ForecastHorizon = z.infer<typeof HorizonSchema>;

/** Forecasts of the past for the whole workspace, each made from nothing but what was known on its day. */
export const ForecastAccuracySchema = z
  .object({
    horizons: z.array(HorizonSchema),
    /** Finished months, newest first, as they were projected after their first, second and third week. */
    months: z.array(PastMonthSchema),
    /** Why nothing could be checked, for a person; null when something could. */
    reason: z.string().nullable(),
  })
  .openapi('ForecastAccuracy');
export type ForecastAccuracy = z.infer<typeof ForecastAccuracySchema>;

export const CostForecastSchema = z
  .object({
    /** `2026-11`, as the calendar of `time_zone` has it. */
    month: z.string(),
    /** IANA name: the workspace's. Its calendar cuts days and months. */
    time_zone: z.string(),
    as_of: TimestampSchema,
    /** Days until the month ends, the rest of today as a fraction. */
    days_left: z.number(),
    interval_level: z.number(),
    spent_usd: UsdSchema,
    workspace: CostProjectionSchema.extend({ days: z.array(ForecastDaySchema) }),
    /** The costliest by where they will end; `agent_id` null: calls that name no agent. Each is projected by itself, so the sum of projections may differ from the workspace's. */
    by_agent: z.array(CostProjectionSchema.extend({ agent_id: z.string().nullable() })),
    by_model: z.array(CostProjectionSchema.extend({ model: z.string().nullable() })),
    accuracy: ForecastAccuracySchema,
  })
  .openapi('CostForecast');
export type CostForecast = z.infer<typeof CostForecastSchema>;

export const getCostForecast = defineRoute(['telemetry.read'], {
  method: 'get',
  path: '/api/obs/costs/forecast',
  feature: 'forecast',
  operationId: 'getCostForecast',
  summary: 'Where the cost of this month will end',
  tags: ['costs'],
  request: {
    query: z.object({
      limit: z.coerce
        .number()
        .int()
        .min(1)
        .max(FORECAST_LIST_MAX)
        .default(FORECAST_LIST_DEFAULT)
        .openapi({ description: 'How many agents and how many models' }),
    }),
  },
  responses: { 200: json(CostForecastSchema, 'Spent so far, projected month end, and how well past forecasts did') },
});
