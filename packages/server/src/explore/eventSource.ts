/** Where questions over the agent event log read from: each event once, however often it was stored. */
import { ATTRIBUTE_PREFIX } from './queryField.ts';

const jsonMap = (text: string) => `CAST(JSONExtractKeysAndValues(${text}, 'String'), 'Map(String, String)')`;

/** `attributes.<key>` of an event is a key of its payload, else a tag. The texts are parsed only where one is asked for. */
const ATTRIBUTES = `, mapUpdate(${jsonMap('tags')}, ${jsonMap('payload')}) AS attributes_string,
  CAST(map(), 'Map(String, Float64)') AS attributes_number, CAST(map(), 'Map(String, Bool)') AS attributes_bool, CAST(map(), 'Map(String, String)') AS attributes_json`;

/** The events in `[{from:Int64}, {to:Int64})`, Unix nanoseconds. */
export function eventsIn(asked: ReadonlySet<string>): string {
  const attributes = [...asked].some((name) => name.startsWith(ATTRIBUTE_PREFIX)) ? ATTRIBUTES : '';
  return `(SELECT *${attributes} FROM events FINAL
  WHERE timestamp >= fromUnixTimestamp64Nano({from:Int64}, 'UTC') AND timestamp < fromUnixTimestamp64Nano({to:Int64}, 'UTC'))`;
}
