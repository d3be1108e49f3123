/** The prices that come with the program. */
import { createRequire } from 'node:module';
import type { Price } from './price.ts';
import { createPriceBook, indexPrices, type PriceBook, type PriceIndex } from './priceBook.ts';
import { readPriceData } from './priceData.ts';

// `require` rather than `import … with { type: 'json' }`: the latter prints a warning at every start on Node 20,
// and makes the compiler infer a type of 300 kB. tsconfig.json names the files, so that the build copies them.
const require = createRequire(import.meta.url);

/** Reads and checks both data files: about 1700 prices, once at start. */
export function loadBundledPrices(): Price[] {
  const source: unknown = require('./data/genaiPrices.json');
  const supplement: unknown = require('./data/supplement.json');
  return readPriceData(source, supplement);
}

/** Made anew: keep it. */
export function bundledPriceIndex(): PriceIndex {
  return indexPrices(loadBundledPrices());
}

/** The book of the bundled prices alone, made anew: keep it. */
export function bundledPriceBook(): PriceBook {
  return createPriceBook(bundledPriceIndex());
}
