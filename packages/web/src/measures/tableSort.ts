/** How a table is sorted, as it stands in the URL: `-calls` by calls, the most first; `calls` the least first. */

export interface TableSort {
  measure: string;
  descending: boolean;
}

type Columns = readonly { measure: string }[];

const usualOf = (columns: Columns): TableSort => ({ measure: columns[0]?.measure ?? '', descending: true });

/** By the first column, the most first, unless the text names another of the columns. */
export function readSort(text: string | undefined, columns: Columns): TableSort {
  const found = columns.find(({ measure }) => measure === text?.replace(/^-/, ''));
  return found === undefined ? usualOf(columns) : { measure: found.measure, descending: text?.startsWith('-') === true };
}

/** Undefined for what holds unless something else is chosen. */
export function writeSort(sort: TableSort, columns: Columns): string | undefined {
  const usual = usualOf(columns);
  if (sort.measure === usual.measure && sort.descending) return undefined;
  return `${sort.descending ? '-' : ''}${sort.measure}`;
}
