const VIEWS = ['book', 'unpriced', 'recompute', 'calculator'] as const;
export type PricesView = (typeof VIEWS)[number];

/** The view that the URL names; the book when it names none that there is. */
export function asView(text: string | undefined): PricesView {
  return VIEWS.find((view) => view === text) ?? 'book';
}

/** What the views keep in the URL beside the range. Another view begins without it: a filter of the book is none of a recompute. */
export const VIEW_PARAMETERS: Readonly<Record<string, undefined>> = {
  q: undefined,
  provider: undefined,
  model: undefined,
  agent_id: undefined,
  whose: undefined,
  history: undefined,
  saved: undefined,
  preview: undefined,
  job: undefined,
};
