/**
 * Writes packages/server/src/cost/data/genaiPrices.json from the data of the installed package
 * @pydantic/genai-prices (MIT). Run it after the package was updated and commit the result:
 *
 *   node scripts/generatePrices.mjs <publication date of the package's version, YYYY-MM-DD>
 *
 * Only data is taken: the package computes in binary floats. Its numbers are written as their shortest
 * decimal text, which is the text its authors wrote; the few that its authors computed in floats
 * (`0.18000000000000002`) are kept as they are here and rounded to 1e-12 dollars where they are read. Class names and units are the source's own
 * (`…_mtok` per million tokens, `…_kcount` per thousand); `cost/priceData.ts` reads them.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { waitForUpdate } from '@pydantic/genai-prices';

const repositoryUrl = new URL('..', import.meta.url);
const outputUrl = new URL('packages/server/src/cost/data/genaiPrices.json', repositoryUrl);
const [dataDate] = process.argv.slice(2);
if (!/^\d{4}-\d{2}-\d{2}$/.test(dataDate ?? ''))
  throw new Error('Usage: node scripts/generatePrices.mjs YYYY-MM-DD (when the version was published)');

/** `7.5e-7` → `"0.00000075"`: plain decimal text of a number, without loss and without an exponent. */
function decimalText(number) {
  if (typeof number !== 'number' || !Number.isFinite(number) || number < 0) throw new Error(`Not a price: ${number}`);
  const [digits, exponent = '0'] = String(number).split('e');
  const [whole, fraction = ''] = digits.split('.');
  const shift = Number(exponent);
  if (shift === 0) return fraction === '' ? whole : `${whole}.${fraction}`;
  if (shift > 0) throw new Error(`A price of ${number} dollars is not plausible`);
  return `0.${(whole + fraction).padStart(fraction.length - shift, '0')}`;
}

function priceValue(value) {
  if (typeof value === 'number') return decimalText(value);
  return { base: decimalText(value.base), tiers: value.tiers.map((tier) => ({ start: tier.start, price: decimalText(tier.price) })) };
}

function rateTable(prices) {
  return Object.fromEntries(Object.entries(prices).map(([key, value]) => [key, priceValue(value)]));
}

function constraint(value) {
  if (value === undefined) return {};
  if (value.type === 'start_date') return { start_date: value.start_date };
  if (value.type === 'time_of_date') return { start_time: value.start_time, end_time: value.end_time };
  throw new Error(`Unknown price constraint: ${JSON.stringify(value)}`);
}

/**
 * An empty price means "free" for some rows and "not known" for others; only a row whose name or comment
 * says that it is free counts as free.
 */
function saysFree(model) {
  return model.id.endsWith(':free') || /free of charge|included in the subscription/i.test(model.price_comments ?? '');
}

function modelRow(model) {
  const versions = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }];
  return {
    id: model.id,
    match: model.match,
    ...(saysFree(model) ? { free: true } : {}),
    versions: versions.map((version) => ({ ...constraint(version.constraint), rates: rateTable(version.prices) })),
  };
}

const packageFile = JSON.parse(await readFile(new URL('node_modules/@pydantic/genai-prices/package.json', repositoryUrl), 'utf8'));
const copyright = /^Copyright .+$/m.exec(await readFile(new URL('node_modules/@pydantic/genai-prices/LICENSE', repositoryUrl), 'utf8'));
const providers = await waitForUpdate();
const source = {
  name: packageFile.name,
  version: packageFile.version,
  license: packageFile.license ?? 'MIT',
  copyright: copyright?.[0] ?? null,
  url: packageFile.homepage,
  published: dataDate,
};

// One line a model, so that an update reads as a list of changed prices.
const lines = ['{', `"source": ${JSON.stringify(source)},`, '"providers": ['];
for (const [index, provider] of providers.entries()) {
  const head = JSON.stringify({
    id: provider.id,
    name: provider.name,
    pricing_urls: provider.pricing_urls ?? [],
  });
  lines.push(`${head.slice(0, -1)},"models":[`);
  const rows = [...provider.models].sort((a, b) => (a.id < b.id ? -1 : 1)).map((model) => JSON.stringify(modelRow(model)));
  lines.push(rows.join(',\n'), index === providers.length - 1 ? ']}' : ']},');
}
lines.push(']', '}', '');
await writeFile(outputUrl, lines.join('\n'));

const modelCount = providers.reduce((count, provider) => count + provider.models.length, 0);
console.log(`${modelCount} models of ${providers.length} providers, ${packageFile.name} ${packageFile.version} → ${outputUrl.pathname}`);
