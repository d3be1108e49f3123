/** What a channel is told, as it was when it became due: a channel's sender turns it into the words and shape of its receiver. */
import type { Severity } from '@sightglass/contract/alertRule';

export interface MessageAlert {
  alertId: string;
  ruleId: string;
  ruleName: string;
  severity: Severity;
  status: 'firing' | 'resolved';
  /** One line that says what is the case, in words. */
  message: string;
  description: string;
  labels: Readonly<Record<string, string>>;
  /** Tags of the rule. */
  tags: Readonly<Record<string, string>>;
  value: number | null;
  threshold: number | null;
  details: Readonly<Record<string, unknown>>;
  /** RFC 3339. */
  startsAt: string;
  /** Null while it is firing. */
  endsAt: string | null;
  /** Why it ended; null: by itself, or not yet. */
  resolvedBy: string | null;
  /** Of its labels and rule: the same for every message about it. */
  fingerprint: string;
}

/** `resolved` when every alert in it is. */
export interface AlertMessage {
  reason: 'triggered' | 'repeated' | 'resolved' | 'test';
  status: 'firing' | 'resolved';
  /** The gravest of its alerts. */
  severity: Severity;
  workspace: { id: string; slug: string; name: string };
  channelName: string;
  /** Names the thread of messages: the same for the beginning, the repeats and the end. */
  groupKey: string;
  groupLabels: Readonly<Record<string, string>>;
  /** 1 or more. */
  alerts: readonly MessageAlert[];
  /** RFC 3339: when it became due. */
  at: string;
}
