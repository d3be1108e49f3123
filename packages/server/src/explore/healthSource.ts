/** Where questions about the health of agents read from: one row an agent and full hour, however often it was computed. */
import { ATTRIBUTE_PREFIX } from './queryField.ts';

/** Health has no attributes: asked for one, no row carries it. */
const NO_ATTRIBUTES = `, ${['String', 'Float64', 'Bool', 'String']
  .map((type, i) => `CAST(map(), 'Map(String, ${type})') AS attributes_${['string', 'number', 'bool', 'json'][i]}`)
  .join(', ')}`;

/** The hours in `[{from:Int64}, {to:Int64})`, Unix nanoseconds. */
export function healthIn(asked: ReadonlySet<string>): string {
  const attributes = [...asked].some((name) => name.startsWith(ATTRIBUTE_PREFIX)) ? NO_ATTRIBUTES : '';
  return `(SELECT *, toDateTime64(time, 9, 'UTC') AS at${attributes} FROM agent_health FINAL
  WHERE time >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND time < fromUnixTimestamp64Nano({to:Int64}, 'UTC'))`;
}
