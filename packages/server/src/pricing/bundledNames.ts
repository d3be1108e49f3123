import type { MatchRule } from '../cost/matchRule.ts';
import type { PriceIndex } from '../cost/priceBook.ts';
import type { BundledNames } from './overridePrice.ts';

/** By what further names the bundled book knows its own models. */
export function bundledNamesOf({ providers }: PriceIndex): BundledNames {
  return (provider, model) => {
    const rules = (providers.get(provider)?.exact.get(model) ?? []).map(({ match }) => match).filter((match): match is MatchRule => match !== null);
    return rules.length === 0 ? null : { or: rules };
  };
}
