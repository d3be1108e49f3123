/**
 * Values of `{name:Type}` placeholders as constants in the text, for the embedded engine alone: its bound
 * parameters are process-wide state, so that queries with parameters run one after the other and a slow one
 * holds up all (chdb-node 3.4, `globalParamChain`). Nothing is escaped: a text is a plain word or
 * becomes hex digits, a number must consist of digits, so no value can be anything but a value.
 */

/** The engine parses at most 256 KiB (`max_query_size`); longer queries are bound as ever. */
const SQL_BYTES_MAX = 200_000;
const PLACEHOLDER = /\{(\w+):((?:Array\(\w+\)|Decimal\(\d+, ?\d+\)|\w+))\}/g;

/** The query without placeholders, or undefined when a value or its type is not one that can be written out. */
export function inlineParams(sql: string, params: Readonly<Record<string, unknown>>): string | undefined {
  let possible = true;
  const text = sql.replaceAll(PLACEHOLDER, (_, name: string, type: string) => {
    const constant = Object.hasOwn(params, name) ? constantOf(params[name], type) : undefined;
    if (constant === undefined) possible = false;
    return constant ?? '';
  });
  return possible && text.length <= SQL_BYTES_MAX ? text : undefined;
}

/** A word that means nothing to SQL between quotes; anything else is written as hex. */
const PLAIN_WORD = /^[A-Za-z0-9_.:-]*$/;
const INTEGER = /^-?\d{1,20}$/;
const FLOAT = /^-?\d{1,400}(?:\.\d{1,400})?(?:[eE][+-]?\d{1,4})?$/;
const DECIMAL = /^-?\d{1,40}(?:\.\d{1,40})?$/;

function constantOf(value: unknown, type: string): string | undefined {
  const element = /^Array\((\w+)\)$/.exec(type)?.[1];
  if (element === undefined) return type === 'String' ? literalOf(value, type) : castOf(literalOf(value, type), type);
  if (!Array.isArray(value)) return undefined;
  const elements = value.map((item) => literalOf(item, element));
  return elements.includes(undefined) ? undefined : castOf(`[${elements.join(',')}]`, type);
}

const castOf = (literal: string | undefined, type: string) => (literal === undefined ? undefined : `CAST(${literal}, '${type}')`);

function literalOf(value: unknown, type: string): string | undefined {
  if (type === 'String') {
    if (typeof value !== 'string') return undefined;
    return PLAIN_WORD.test(value) ? `'${value}'` : `unhex('${Buffer.from(value).toString('hex')}')`;
  }
  const text = typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' ? String(value) : '';
  // As text, so that the engine reads all digits into the type that is asked for.
  if (/^U?Int(?:8|16|32|64)$/.test(type)) return INTEGER.test(text) ? `'${text}'` : undefined;
  if (type === 'Float64') return FLOAT.test(text) ? `'${text}'` : undefined;
  if (type.startsWith('Decimal(')) return DECIMAL.test(text) ? `'${text}'` : undefined;
  return undefined;
}
