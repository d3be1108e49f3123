import { z } from '@hono/zod-openapi';

/** What can be held to a target: a tool by its name, another service by its address (`peer`), a model provider by its name. */
export const TARGET_KINDS = ['tool', 'service', 'provider'] as const;
export type TargetKind = (typeof TARGET_KINDS)[number];

/** Each is asked for whenever the page of tools is looked at. */
export const TARGETS_MAX = 500;

const kind = z.enum(TARGET_KINDS);
const name = z.string().min(1).max(300);
const availability = z.number().gt(0).max(1).openapi({ description: 'The share of calls that must not fail: 0.999 is 99.9 %', example: 0.999 });

export const AvailabilityTargetSchema = z.strictObject({ kind, name, availability }).openapi('AvailabilityTarget');
export type AvailabilityTarget = z.infer<typeof AvailabilityTargetSchema>;

const keyOf = (target: Pick<AvailabilityTarget, 'kind' | 'name'>) => `${target.kind} ${target.name}`;
const once = (targets: readonly Pick<AvailabilityTarget, 'kind' | 'name'>[]) => new Set(targets.map(keyOf)).size === targets.length;
const TWICE = 'must name each tool, service and provider once';

/** Targets of a workspace, in the order of kind and name. */
export const TargetsSchema = z
  .strictObject({ targets: z.array(AvailabilityTargetSchema).max(TARGETS_MAX).refine(once, TWICE).default([]) })
  .openapi('Targets');
export type Targets = z.infer<typeof TargetsSchema>;

/** Sets some targets and takes back those whose availability is null; the others stay. */
export const TargetsChangeSchema = z
  .strictObject({
    targets: z
      .array(z.strictObject({ kind, name, availability: availability.nullable() }))
      .min(1)
      .max(TARGETS_MAX)
      .refine(once, TWICE),
  })
  .openapi('TargetsChange');
export type TargetsChange = z.infer<typeof TargetsChangeSchema>;
