/** `let name = value in body`, as the engine can say it. */
export const letting = (bound: Readonly<Record<string, string>>, body: string): string =>
  `arrayMap((${Object.keys(bound).join(', ')}) -> ${body}, ${Object.values(bound)
    .map((value) => `[${value}]`)
    .join(', ')})[1]`;
