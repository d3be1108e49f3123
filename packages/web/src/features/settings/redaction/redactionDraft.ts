import type { FieldError } from '@sightglass/contract/errors';
import type { CustomPattern, DetectorName, RedactedField, Redaction } from '@sightglass/contract/redaction';
import { lineValues } from '../lineList.ts';
import { newRowId, type Row } from '../rows.ts';
import type { DraftBody } from '../useSettingForm.ts';

export interface PatternRow extends Row {
  name: string;
  pattern: string;
  /** Empty: the name in brackets. */
  replacement: string;
}

/** The masking rules as they stand in the form. */
export interface RedactionDraft {
  enabled: boolean;
  detectors: readonly DetectorName[];
  fields: readonly RedactedField[];
  patterns: readonly PatternRow[];
  /** One attribute key a line. */
  dropped: string;
}

export function newPattern(): PatternRow {
  return { rowId: newRowId(), name: '', pattern: '', replacement: '' };
}

export function redactionDraft(saved: Redaction): RedactionDraft {
  return {
    enabled: saved.enabled,
    detectors: [...saved.detectors].sort(),
    fields: [...saved.fields].sort(),
    patterns: saved.patterns.map(({ name, pattern, replacement = '' }) => ({ rowId: newRowId(), name, pattern, replacement })),
    dropped: saved.drop_attributes.join('\n'),
  };
}

export function redactionBody({ enabled, detectors, fields, patterns, dropped }: RedactionDraft): DraftBody {
  const body: Redaction = {
    enabled,
    detectors: [...detectors],
    fields: [...fields],
    patterns: patterns.map(patternOf),
    drop_attributes: lineValues(dropped),
  };
  return { body };
}

function patternOf({ name, pattern, replacement }: PatternRow): CustomPattern {
  return { name: name.trim(), pattern, ...(replacement === '' ? {} : { replacement }) };
}

/** The rules that can be tried while the form is filled in: rows without a name or pattern wait. */
export function triedRules({ detectors, patterns }: RedactionDraft): {
  rules: { detectors: DetectorName[]; patterns: CustomPattern[] };
  /** The place in the form of each pattern that is tried. */
  places: number[];
} {
  const whole = patterns.map((row, place) => ({ row, place })).filter(({ row }) => row.name.trim() !== '' && row.pattern !== '');
  return { rules: { detectors: [...detectors], patterns: whole.map(({ row }) => patternOf(row)) }, places: whole.map(({ place }) => place) };
}

/** What a trial found wrong, at the pointers of the form. */
export function triedErrors(errors: readonly FieldError[], places: readonly number[]): FieldError[] {
  return errors.map(({ pointer, message }) => ({
    pointer: pointer.replace(/^\/redaction/, '').replace(/^\/patterns\/(\d+)/, (_, index: string) => `/patterns/${places[Number(index)] ?? index}`),
    message,
  }));
}
