/** What a test and its load client say to one another. */
export type ToLoad =
  | { type: 'begin'; address: string; round: string; senders: number }
  /** Ends the round after the requests that are under way. */
  | { type: 'finish' };

export type FromLoad = { type: 'ready' } | { type: 'answered'; status: number } | { type: 'ended' };
