/** Plans: what a workspace may have, by the will of whoever owns the instance. */
import { z } from '@hono/zod-openapi';

export const PLANS = ['free', 'pro', 'team', 'business', 'enterprise'] as const;
export type PlanName = (typeof PLANS)[number];

/** What a plan may do without, once the instance owner says so. */
export const PLAN_FEATURES = ['health', 'forecast', 'recommendations', 'audit_export'] as const;
export type PlanFeature = (typeof PLAN_FEATURES)[number];

/** The features as a sentence names them. */
export const PLAN_FEATURE_NAMES: Readonly<Record<PlanFeature, string>> = {
  health: 'health scores',
  forecast: 'cost forecasts',
  recommendations: 'savings',
  audit_export: 'audit export',
};

/** Days that telemetry is kept where the instance owner has set nothing for the plan. */
export const PLAN_RETENTION_DAYS: Readonly<Record<PlanName, number>> = { free: 90, pro: 365, team: 365, business: 365, enterprise: 365 };

const rate = (max: number, description: string) => z.number().int().min(1).max(max).optional().openapi({ description });

/** What a plan gives. Whatever is absent is not limited. */
export const PlanLimitsSchema = z
  .strictObject({
    retention_days: rate(3_650, 'Of telemetry; absent: as the plan has it by default'),
    requests_per_minute: rate(10_000_000, 'Of all keys of the workspace together; each instance counts for itself'),
    items_per_second: rate(1_000_000_000, 'Spans, log records, data points and events of the workspace, refused ones too'),
    bytes_per_second: rate(100_000_000_000, 'Bytes of telemetry bodies as they are sent, compressed or not'),
    features_off: z
      .array(z.enum(PLAN_FEATURES))
      .max(PLAN_FEATURES.length)
      .refine((features) => new Set(features).size === features.length, 'must name each feature once')
      .default([])
      .openapi({ description: 'What the plan does without; nothing, until the owner of the instance says so' }),
  })
  .openapi('PlanLimits');
export type PlanLimits = z.infer<typeof PlanLimitsSchema>;

/** Where nothing is set. */
export const NO_LIMITS: PlanLimits = { features_off: [] };
