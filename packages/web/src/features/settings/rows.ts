/** A row of a list that is edited: `rowId` stays with it when it moves, and is never sent. */
export interface Row {
  rowId: number;
}

let lastRowId = 0;

/** A number that no row of this page has had. */
export function newRowId(): number {
  lastRowId += 1;
  return lastRowId;
}

/** The rows with one moved up or down by one place; the same when there is no such place. */
export function moveRow<R>(rows: readonly R[], index: number, by: 1 | -1): R[] {
  const moved = [...rows];
  const row = moved[index];
  const other = moved[index + by];
  if (row === undefined || other === undefined) return moved;
  moved[index] = other;
  moved[index + by] = row;
  return moved;
}

/** Whether two drafts say the same, whatever their rows are known by. */
export function sameDraft(a: unknown, b: unknown): boolean {
  return withoutRowIds(a) === withoutRowIds(b);
}

const withoutRowIds = (draft: unknown) => JSON.stringify(draft, (name, value: unknown) => (name === 'rowId' ? undefined : value));
