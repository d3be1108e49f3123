import type { IngestHealth } from '@sightglass/contract/routes/ingest';

export type OutcomeName = 'stored' | 'rejected' | 'duplicate' | 'sampled' | 'quarantined';

export interface Outcome {
  name: OutcomeName;
  label: string;
  /** What it means, in a few words. */
  meaning: string;
  /** Something a person should look at, as soon as it is more than none. */
  wrong: boolean;
}

/** What can become of a received item, in the order of the equation. */
export const OUTCOMES: readonly Outcome[] = [
  { name: 'stored', label: 'Stored', meaning: 'on disk and readable', wrong: false },
  { name: 'rejected', label: 'Rejected', meaning: 'refused; the sender was told why', wrong: true },
  { name: 'duplicate', label: 'Duplicate', meaning: 'known already, kept once', wrong: false },
  { name: 'sampled', label: 'Sampled', meaning: 'left out by your sampling rules', wrong: false },
  { name: 'quarantined', label: 'Quarantined', meaning: 'set aside; the store would not take it', wrong: true },
];

export type Account = Pick<IngestHealth, OutcomeName | 'received' | 'refused_requests'>;

/** All ways in together. */
export function sumOfAccounts(accounts: readonly Account[]): Account {
  const sum: Account = { received: 0, stored: 0, rejected: 0, duplicate: 0, sampled: 0, quarantined: 0, refused_requests: 0 };
  for (const account of accounts) for (const name of Object.keys(sum) as (keyof Account)[]) sum[name] += account[name];
  return sum;
}

/** The part of what was received that stands for an outcome, 0 to 1; null when nothing was received. */
export function shareOf(account: Account, name: OutcomeName): number | null {
  return account.received === 0 ? null : account[name] / account.received;
}

/** Whether anything was lost that should have been stored. */
export function isWrong(account: Account): boolean {
  return account.rejected > 0 || account.quarantined > 0 || account.refused_requests > 0;
}
