/**
 * What is refused in the engine's reading of a statement. Every kind of node, part and attribute that is not known here is refused,
 * so that what the engine learns later is not let in unseen.
 */
import { ALLOWED_TABLES, constantArgumentOf, GROUP_ARRAY_SIZE_MAX, isAllowedType, kindOfFunction } from './allowedNames.ts';
import { argumentsOf, elementsOf, partOf, TABLE_PARTS, type TreeNode } from './queryTree.ts';
import { NESTING_MAX, SUBQUERY_DEPTH_MAX } from './sqlLimits.ts';

export interface Refusal {
  /** What is wrong, for the person. */
  message: string;
  /** The name that it is about, to find its place by. */
  about?: string;
  /** What may be used instead. */
  instead?: string;
}

/** What the engine reads when there is no FROM: one row. `checkSql.ts` sees to it that nobody names it. */
const NO_TABLE = 'system.one';

const PARTS: ReadonlySet<string> = new Set(
  [
    ', WITH, PROJECTION, JOIN TREE, WHERE, GROUP BY, HAVING, QUALIFY, WINDOW, ORDER BY, QUERIES',
    'LIMIT BY LIMIT, LIMIT BY OFFSET, LIMIT BY, LIMIT, OFFSET',
    'TABLE EXPRESSION, LEFT TABLE EXPRESSION, RIGHT TABLE EXPRESSION, JOIN EXPRESSION, JOIN EXPRESSIONS',
    'ARGUMENTS, PARAMETERS, EXPRESSION, PARTITION BY, FRAME BEGIN OFFSET, FRAME END OFFSET',
  ].flatMap((line) => line.split(', ')),
);
const QUERY_ATTRIBUTES = [
  'alias is_subquery is_cte cte_name is_distinct is_limit_with_ties group_by_type union_mode is_group_by_all is_order_by_all',
  'is_group_by_with_totals is_group_by_with_rollup is_group_by_with_cube is_group_by_with_grouping_sets',
].flatMap((line) => line.split(' '));
const ATTRIBUTES: Readonly<Record<string, ReadonlySet<string>>> = {
  QUERY: new Set(QUERY_ATTRIBUTES),
  UNION: new Set(QUERY_ATTRIBUTES),
  LIST: new Set(['nodes']),
  FUNCTION: new Set(['alias', 'function_name', 'function_type', 'nulls_action', 'is_operator']),
  CONSTANT: new Set(['alias', 'constant_value', 'constant_value_type']),
  IDENTIFIER: new Set(['alias', 'identifier', 'final', 'original_identifier']),
  JOIN: new Set(['alias', 'strictness', 'kind', 'locality']),
  'CROSS JOIN': new Set(['alias', 'nodes', 'join_types']),
  ARRAY_JOIN: new Set(['alias', 'is_left']),
  LAMBDA: new Set(['alias']),
  MATCHER: new Set(['alias', 'matcher_type', 'qualified_identifier']),
  'EXCEPT COLUMN TRANSFORMER': new Set(['except_transformer_type', 'identifiers', 'identifier']),
  SORT: new Set(['sort_direction', 'nulls_sort_direction', 'with_fill', 'collator']),
  WINDOW: new Set(['alias', 'parent_window_name', 'frame_type', 'frame_begin_type', 'frame_end_type']),
};

/** In words, what is not let in though the engine would take it. */
const REFUSED_ATTRIBUTES: Readonly<Record<string, string>> = {
  is_recursive_with: 'WITH RECURSIVE is not supported',
  is_recursive_cte: 'WITH RECURSIVE is not supported',
  is_materialized: 'WITH … AS MATERIALIZED is not supported',
  sample_size: 'SAMPLE is not supported',
  sample_offset: 'SAMPLE is not supported',
  stream: 'STREAM is not supported',
};
const REFUSED_PARTS: Readonly<Record<string, string>> = {
  PREWHERE: 'PREWHERE is not supported: write WHERE',
  SETTINGS: 'SETTINGS cannot be given',
  INTERPOLATE: 'INTERPOLATE is not supported',
  'FILL FROM': 'WITH FILL is not supported',
};
const REFUSED_NODES: Readonly<Record<string, string>> = {
  'APPLY COLUMN TRANSFORMER': 'APPLY is not supported: write the columns out',
  'REPLACE COLUMN TRANSFORMER': 'REPLACE after * is not supported: write the columns out',
  INTERPOLATE: 'INTERPOLATE is not supported',
};

const INSTEAD_OF_TABLE = `there are ${ALLOWED_TABLES.join(', ')}`;

/** The tables that are read, each once; of a statement that is not refused. */
export function tablesOf(root: TreeNode): readonly string[] {
  const found = new Set<string>();
  const visit = (node: TreeNode) => {
    const name = node.attributes.get('identifier') ?? '';
    // A column may have the name of a table: then that one is named in vain.
    if (node.kind === 'IDENTIFIER' && ALLOWED_TABLES.includes(name)) found.add(name);
    for (const { nodes } of node.parts) nodes.forEach(visit);
  };
  visit(root);
  return [...found];
}

interface Place {
  part: string;
  /** Names of WITH queries that may be read here. */
  known: ReadonlySet<string>;
  nesting: number;
  subqueries: number;
  /** Of the lambda around, its parameters: nothing else can be named there. */
  parameters: ReadonlySet<string> | undefined;
}

/** The first thing that is refused, or undefined. */
export function refusalOf(root: TreeNode): Refusal | undefined {
  if (root.kind !== 'QUERY' && root.kind !== 'UNION') return { message: 'only SELECT is supported' };
  return ofNode(root, { part: '', known: new Set(), nesting: 0, subqueries: 0, parameters: undefined });
}

function ofNode(node: TreeNode, place: Place): Refusal | undefined {
  if (place.nesting > NESTING_MAX) return { message: `is nested more than ${NESTING_MAX} deep` };
  const isQuery = node.kind === 'QUERY' || node.kind === 'UNION';
  if (isQuery && place.subqueries > SUBQUERY_DEPTH_MAX) return { message: `has more than ${SUBQUERY_DEPTH_MAX} sub-queries inside each other` };
  return ofItself(node, place) ?? (node.kind === 'UNION' ? ofUnion(node, place) : ofParts(node, place));
}

function ofItself(node: TreeNode, place: Place): Refusal | undefined {
  if (node.kind === 'TABLE_FUNCTION') {
    const name = node.attributes.get('table_function_name') ?? '';
    return { message: `the table function ${name} cannot be used`, about: name, instead: INSTEAD_OF_TABLE };
  }
  const attributes = Object.hasOwn(ATTRIBUTES, node.kind) ? ATTRIBUTES[node.kind] : undefined;
  if (attributes === undefined) return { message: wordsFor(REFUSED_NODES, node.kind) };
  for (const name of node.attributes.keys()) if (!attributes.has(name)) return { message: wordsFor(REFUSED_ATTRIBUTES, name) };
  if (node.kind === 'FUNCTION') return ofFunction(node);
  if (node.kind === 'IDENTIFIER') return TABLE_PARTS.has(place.part) ? ofTable(node, place) : ofColumn(node, place);
  if (node.kind === 'MATCHER' && node.attributes.get('matcher_type') !== 'ASTERISK')
    return { message: 'COLUMNS() is not supported', about: 'COLUMNS' };
  if (node.kind === 'EXCEPT COLUMN TRANSFORMER' && node.attributes.get('except_transformer_type') !== 'COLUMN_LIST')
    return { message: 'EXCEPT takes names of columns' };
  if (node.kind === 'SORT' && (node.attributes.get('with_fill') !== '0' || node.attributes.has('collator')))
    return { message: 'WITH FILL and COLLATE are not supported' };
  if (node.kind === 'LAMBDA' && place.parameters !== undefined) return { message: 'a lambda inside a lambda is not supported', about: '-' };
  return undefined;
}

function ofTable(node: TreeNode, { known }: Place): Refusal | undefined {
  const name = node.attributes.get('identifier') ?? '';
  if (name === NO_TABLE || known.has(name) || ALLOWED_TABLES.includes(name)) return undefined;
  return { message: `the table ${name} cannot be read`, about: name, instead: INSTEAD_OF_TABLE };
}

/** Columns that the engine adds (`_part`, `_block_number` …) tell of rows of others. */
function ofColumn(node: TreeNode, { parameters }: Place): Refusal | undefined {
  const name = node.attributes.get('identifier') ?? '';
  if (name.split('.').some((word) => word.startsWith('_'))) return { message: `names that begin with _ cannot be used: ${name}`, about: name };
  // A list beside another one, element by element, takes as long as both together.
  if (parameters !== undefined && !parameters.has(name.split('.')[0] ?? ''))
    return { message: `a lambda may use its own parameters and constants, not ${name}`, about: name };
  return undefined;
}

function ofFunction(node: TreeNode): Refusal | undefined {
  const name = node.attributes.get('function_name') ?? '';
  const kind = kindOfFunction(name);
  if (kind === 'refused') return { message: `the function ${name} cannot be used`, about: name, instead: 'docs/sql.md lists those that can' };
  if (kind === 'sized') {
    const size = /^UInt64_(\d{1,6})$/.exec(partOf(node, 'PARAMETERS').flatMap(elementsOf)[0]?.constant ?? '')?.[1];
    if (size === undefined || Number(size) < 1 || Number(size) > GROUP_ARRAY_SIZE_MAX)
      return { message: `${name} needs a size from 1 to ${GROUP_ARRAY_SIZE_MAX}`, about: name, instead: `${name}(100)(x)` };
  }
  if (/^_?cast$|^accurateCast/i.test(name)) {
    const type = /^'(.*)'$/.exec(argumentsOf(node)[1]?.constant ?? '')?.[1]?.replaceAll("\\'", "'");
    if (type === undefined || !isAllowedType(type))
      return {
        message: `${name} cannot make ${type ?? 'this type'}`,
        about: name,
        instead: 'numbers, texts, dates and times, arrays and maps of them',
      };
  }
  return ofConstantArgument(node, name);
}

function ofConstantArgument(node: TreeNode, name: string): Refusal | undefined {
  const which = constantArgumentOf(name);
  if (which === undefined) return undefined;
  const [first, second] = argumentsOf(node);
  if (isConstant(second) || (which === 'either' && isConstant(first))) return undefined;
  return which === 'second'
    ? { message: `the pattern of ${name} must be written out`, about: name }
    : { message: `one of the two that ${name} compares must be written out`, about: name };
}

/** Lists of constants are printed as a cast of one. */
const isConstant = (node: TreeNode | undefined): boolean =>
  node?.kind === 'CONSTANT' ||
  (node?.kind === 'FUNCTION' && /^(?:_CAST|array)$/.test(node.attributes.get('function_name') ?? '') && argumentsOf(node).every(isConstant));

const IN_FUNCTIONS = /^(?:not)?(?:null)?in$/i;

function ofParts(node: TreeNode, place: Place): Refusal | undefined {
  const isQuery = node.kind === 'QUERY';
  const inside = {
    ...place,
    nesting: place.nesting + (node.kind === 'LIST' ? 0 : 1),
    subqueries: place.subqueries + (isQuery ? 1 : 0),
    parameters: node.kind === 'LAMBDA' ? new Set(argumentsOf(node).map((each) => each.attributes.get('identifier') ?? '')) : place.parameters,
  };
  let known = place.known;
  for (const { name, nodes } of node.parts) {
    // `EXPRESSION x` repeats the name of what is sorted by.
    const part = node.kind === 'SORT' && name.startsWith('EXPRESSION') ? 'EXPRESSION' : name;
    if (!PARTS.has(part)) return { message: wordsFor(REFUSED_PARTS, part) };
    const elements = isQuery && part === 'WITH' ? nodes.flatMap(elementsOf) : nodes;
    for (const child of elements) {
      const refusal = ofNode(child, { ...inside, known, part: part === '' ? place.part : part });
      if (refusal !== undefined) return refusal;
      const name = child.attributes.get('cte_name');
      if (part !== 'WITH' || name === undefined) continue;
      if (ALLOWED_TABLES.includes(name)) return { message: `a WITH query cannot have the name of a table: ${name}`, about: name };
      known = new Set([...known, name]);
    }
  }
  const [, set] = node.kind === 'FUNCTION' && IN_FUNCTIONS.test(node.attributes.get('function_name') ?? '') ? argumentsOf(node) : [];
  return set?.kind === 'IDENTIFIER' ? ofTable(set, { ...inside, known }) : undefined;
}

/** What the first query of a union names, the others may read as well. */
function ofUnion(node: TreeNode, place: Place): Refusal | undefined {
  for (const { name } of node.parts) if (name !== 'QUERIES') return { message: wordsFor(REFUSED_PARTS, name) };
  const queries = partOf(node, 'QUERIES').flatMap(elementsOf);
  let known = place.known;
  for (const query of queries) {
    const refusal = ofNode(query, { ...place, part: '', known, nesting: place.nesting + 1 });
    if (refusal !== undefined) return refusal;
    if (query === queries[0]) {
      const names = partOf(query, 'WITH')
        .flatMap(elementsOf)
        .map((each) => each.attributes.get('cte_name') ?? '');
      known = new Set([...known, ...names.filter((each) => each !== '')]);
    }
  }
  return undefined;
}

const wordsFor = (words: Readonly<Record<string, string>>, name: string): string => {
  const known = Object.keys(words).find((each) => name === each || name.startsWith(`${each} `));
  return (known === undefined ? undefined : words[known]) ?? `${name.toLowerCase().replaceAll('_', ' ')} is not supported`;
};
