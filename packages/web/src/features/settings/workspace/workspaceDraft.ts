import type { FieldError } from '@sightglass/contract/errors';
import type { PlanName } from '@sightglass/contract/plan';
import { isTimeZone } from '../../../ui/formatTime.ts';

/** What a person types of a workspace. */
export interface WorkspaceDraft {
  name: string;
  slug: string;
  timeZone: string;
  plan: PlanName;
}

export const NAME_CHARS_MAX = 100;
export const SLUG_CHARS_MAX = 63;
const SLUG = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** What is wrong with the draft, by the pointers of the API. */
export function problemsOf({ name, slug, timeZone }: WorkspaceDraft): FieldError[] {
  const problems: FieldError[] = [];
  if (name.trim() === '') problems.push({ pointer: '/name', message: 'Give it a name.' });
  if (!SLUG.test(slug)) problems.push({ pointer: '/slug', message: 'must be 1 to 63 of a–z, 0–9 and -, and neither begin nor end with -' });
  if (!isTimeZone(timeZone.trim())) problems.push({ pointer: '/time_zone', message: 'must be an IANA time zone such as Europe/Vienna' });
  return problems;
}

/** A slug made of a name: `Ästhetik & Co.` → `asthetik-co`; empty when the name has nothing for one. */
export function slugOf(name: string): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return plain
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_CHARS_MAX)
    .replaceAll(/^-+|-+$/g, '');
}
