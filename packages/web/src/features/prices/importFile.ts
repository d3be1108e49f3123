import type { PriceImportResult } from '@sightglass/contract/routes/pricing';
import { formatQuantity } from '../../ui/formatCount.ts';

export type ImportMode = 'merge' | 'replace';
/** 1000 prices with every field filled stay far below this. */
export const FILE_BYTES_MAX = 5_000_000;

/** What a file of prices comes to as the body of an import, or why it cannot be sent. What is in it, the server checks. */
export function importBody(text: string, mode: ImportMode, dryRun: boolean): { body: object } | { problem: string } {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch (error) {
    return { problem: `The file is not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  if (typeof file !== 'object' || file === null || Array.isArray(file))
    return { problem: 'The file is not a file of prices: export one to see its form.' };
  return { body: { ...file, mode, dry_run: dryRun } };
}

/** What an import does, or did: `2 added, 1 replaced, 5 unchanged`. */
export function importWords({ added, replaced, unchanged, removed }: PriceImportResult): string {
  const parts = [
    [added, 'added'],
    [replaced, 'replaced'],
    [removed, 'removed'],
    [unchanged, 'unchanged'],
  ] as const;
  const told = parts.filter(([count]) => count > 0).map(([count, what], index) => `${index === 0 ? formatQuantity(count, 'price') : count} ${what}`);
  return told.length === 0 ? 'The file holds no prices.' : `${told.join(', ')}.`;
}

/** Whether an import would change anything. */
export function changesAnything({ added, replaced, removed }: PriceImportResult): boolean {
  return added + replaced + removed > 0;
}
