/** The variables of the environment that are about alerts: channels of the first workspace, and thresholds of the built-in rules. */
import { formatUsd, parseUsd } from '@sightglass/contract/money';
import { z } from 'zod';
import { parseMailbox } from '../mail/mailbox.ts';
import { readOutboundUrl } from '../outbound/outboundUrl.ts';

/** An address that alerts are sent to. Whether it may be reached is looked at when the channel is made: that is no reason not to start. */
const receiverUrl = z.string().transform((text, context): string | undefined => {
  if (text === '') return undefined;
  const url = readOutboundUrl(text, []);
  if (url.ok) return url.value.href;
  if (url.error.reason === 'refused-target') return text;
  context.addIssue({ code: 'custom', message: url.error.message });
  return z.NEVER;
});

const RECIPIENTS_MAX = 50;
/** Mail addresses by commas. */
const recipients = z.string().transform((text, context): string[] => {
  const addresses = [
    ...new Set(
      text
        .split(',')
        .map((part) => part.trim())
        .filter((part) => part !== ''),
    ),
  ];
  const wrong = addresses.find((address) => parseMailbox(address)?.address !== address);
  if (wrong === undefined && addresses.length <= RECIPIENTS_MAX) return addresses;
  context.addIssue({
    code: 'custom',
    message: wrong === undefined ? `has more than ${RECIPIENTS_MAX} addresses` : `${JSON.stringify(wrong)} is no address such as oncall@example.com`,
  });
  return z.NEVER;
});

const numberBetween = (name: string, least: number, most: number, meaning: string) =>
  z
    .string()
    .regex(/^\d{1,12}(\.\d{1,9})?$/, `${name} must be ${meaning}`)
    .transform(Number)
    .refine((value) => value >= least && value <= most, `${name} must be ${meaning}`);

const dollars = (name: string) =>
  z.string().transform((text, context): string => {
    const amount = parseUsd(text);
    if (amount !== undefined && amount >= 0n) return formatUsd(amount);
    context.addIssue({ code: 'custom', message: `${name} must be dollars, such as 50 or 12.50` });
    return z.NEVER;
  });

export const ALERT_ENVIRONMENT = {
  SLACK_WEBHOOK_URL: receiverUrl.optional(),
  ALERT_WEBHOOK_URL: receiverUrl.optional(),
  ALERT_EMAIL_ENABLED: z
    .enum(['true', 'false', '1', '0'], 'ALERT_EMAIL_ENABLED must be true or false')
    .default('false')
    .transform((value) => value === 'true' || value === '1'),
  ALERT_RECIPIENTS: recipients.default([]),
  ALERT_THRESHOLDS_ERROR_RATE: numberBetween('ALERT_THRESHOLDS_ERROR_RATE', 0, 1, 'a share from 0 to 1, such as 0.05').default(0.05),
  ALERT_THRESHOLDS_LATENCY_P99: numberBetween('ALERT_THRESHOLDS_LATENCY_P99', 0, 1e12, 'milliseconds, such as 5000').default(5_000),
  ALERT_THRESHOLDS_LLM_COST_HOURLY: dollars('ALERT_THRESHOLDS_LLM_COST_HOURLY').default('50'),
} as const;

type Values = z.infer<z.ZodObject<typeof ALERT_ENVIRONMENT>>;

/** By the variable that sets it, which the channel is known by. */
export interface EnvironmentChannels {
  SLACK_WEBHOOK_URL: { url: string } | undefined;
  ALERT_WEBHOOK_URL: { url: string } | undefined;
  ALERT_EMAIL_ENABLED: { to: string[] } | undefined;
}

export interface AlertThresholds {
  /** 0 … 1. */
  errorRate: number;
  latencyP99Ms: number;
  /** Exact dollars. */
  llmCostHourlyUsd: string;
}

export function alertChannelsOf(values: Values): EnvironmentChannels {
  const { SLACK_WEBHOOK_URL: slack, ALERT_WEBHOOK_URL: webhook, ALERT_EMAIL_ENABLED: byMail, ALERT_RECIPIENTS: to } = values;
  return {
    SLACK_WEBHOOK_URL: slack === undefined ? undefined : { url: slack },
    ALERT_WEBHOOK_URL: webhook === undefined ? undefined : { url: webhook },
    ALERT_EMAIL_ENABLED: byMail ? { to } : undefined,
  };
}

export const alertThresholdsOf = (values: Values): AlertThresholds => ({
  errorRate: values.ALERT_THRESHOLDS_ERROR_RATE,
  latencyP99Ms: values.ALERT_THRESHOLDS_LATENCY_P99,
  llmCostHourlyUsd: values.ALERT_THRESHOLDS_LLM_COST_HOURLY,
});
