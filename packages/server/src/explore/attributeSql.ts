/**
 * What spans say in attributes only, as SQL over a row of `spans`: peers, sizes, statuses, database systems. Keys
 * are those of the OpenTelemetry conventions of both generations, and of semconv.md, section 12.
 */
import { CALL_KINDS } from '@sightglass/contract/spanKinds';
import { FAILED, isCallOf } from './spanSql.ts';

const presentOr = (key: string, value: string, otherwise: string) => `if(mapContains(attributes_number, '${key}'), ${value}, ${otherwise})`;
const numberInText = (key: string) => `toFloat64OrNull(attributes_string['${key}'])`;

/** The first number sent under one of the keys, also where it was sent as text; NULL without one. */
export const firstNumber = (...keys: readonly string[]) =>
  keys.reduceRight((otherwise, key) => {
    const text = `if(isFinite(${numberInText(key)}), ${numberInText(key)}, ${otherwise})`;
    return presentOr(key, `toNullable(attributes_number['${key}'])`, text);
  }, "CAST(NULL, 'Nullable(Float64)')");

/** The first text that is not empty; '' without one. */
export const firstText = (...keys: readonly string[]) =>
  keys.reduceRight((otherwise, key) => `if(attributes_string['${key}'] != '', attributes_string['${key}'], ${otherwise})`, `''`);

/** Yes (1) or no (0), also as a number or a word; NULL when it was not sent. */
export const yesOrNo = (key: string) =>
  `multiIf(mapContains(attributes_bool, '${key}'), toNullable(toUInt8(attributes_bool['${key}'])), mapContains(attributes_number, '${key}'), toUInt8(attributes_number['${key}'] != 0), lower(attributes_string['${key}']) IN ('true', 'yes', '1'), 1, lower(attributes_string['${key}']) IN ('false', 'no', '0'), 0, NULL)`;

export const REQUEST_BYTES = firstNumber('http.request.body.size', 'http.request_content_length', 'http.request.size');
export const RESPONSE_BYTES = firstNumber('http.response.body.size', 'http.response_content_length', 'http.response.size');

/** Of a client's span: `status_code` itself is that of the request around it. */
const CLIENT_STATUS = firstNumber('http.response.status_code', 'http.status_code');

const CLIENT = 3;
/** A call of another program over the network that has no kind of its own: HTTP, RPC, or any client span that names its peer. */
export const IS_EXTERNAL = `(otel_kind = ${CLIENT} AND (kind = 'http' OR (kind = 'other' AND (mapContains(attributes_string, 'rpc.system') OR mapContains(attributes_string, 'rpc.system.name') OR mapContains(attributes_string, 'peer.service')))))`;
export const EXTERNAL_FAILED = `(${FAILED} OR ifNull(${CLIENT_STATUS} >= 500, 0))`;
/** Who was called: the service's name where the caller knows it, else the host. */
export const PEER = `if(otel_kind = ${CLIENT}, multiIf(attributes_string['peer.service'] != '', attributes_string['peer.service'], attributes_string['server.address'] != '', attributes_string['server.address'], attributes_string['net.peer.name'] != '', attributes_string['net.peer.name'], attributes_string['url.full'] != '', domain(attributes_string['url.full']), attributes_string['http.url'] != '', domain(attributes_string['http.url']), attributes_string['rpc.service']), '')`;

export const DB_SYSTEM = `lower(${firstText('db.system.name', 'db.system')})`;
const CACHE_SYSTEMS = ['redis', 'valkey', 'memcached', 'keydb', 'dragonfly', 'hazelcast'];
const ON_CACHE = `${DB_SYSTEM} IN (${CACHE_SYSTEMS.map((system) => `'${system}'`).join(', ')})`;
export const IS_CACHE_CALL = `(kind = 'cache' OR (kind = 'db' AND ${ON_CACHE}))`;
export const IS_QUERY = `(kind = 'db' AND NOT ${ON_CACHE})`;
const STATEMENT = firstText('db.query.text', 'db.statement', 'db.operation.name', 'db.operation');
export const IS_ROLLBACK = `(${IS_QUERY} AND startsWith(upper(trimLeft(if(${STATEMENT} != '', ${STATEMENT}, name))), 'ROLLBACK'))`;
/** The codes by which PostgreSQL, MySQL, SQL Server and Oracle tell of a deadlock, and the word itself. */
export const IS_DEADLOCK = `(${IS_QUERY} AND ${FAILED} AND (error_type IN ('40P01', '1213', 'ER_LOCK_DEADLOCK', '1205', 'ORA-00060') OR positionCaseInsensitive(status_message, 'deadlock') > 0))`;

const MODEL_KINDS = ['llm', 'embedding', 'reranker'] as const satisfies readonly (typeof CALL_KINDS)[number][];
const OF_MODEL = `(${MODEL_KINDS.map(isCallOf).join(' OR ')})`;
/** A call of a provider whose outcome says something of the provider: not one that was cancelled, blocked or has not ended. */
export const IS_PROVIDER_CALL = `(${OF_MODEL} AND provider != '' AND (status = 'success' OR ${FAILED}))`;
/** A failure by which a provider says "too many requests". */
export const IS_RATE_LIMITED = `(${OF_MODEL} AND ${FAILED} AND (ifNull(${CLIENT_STATUS} = 429, 0) OR error_type = '429' OR match(error_type, '(?i)rate.?limit|throttl|too.?many.?requests|resource.?exhausted') OR match(status_message, '(?i)rate.?limit|too many requests|^429|(status|code|http|error)[ :=]*429')))`;

/** Texts of one embedding call: as sent, else counted from the answer or from the vectors. */
export const BATCH_SIZE = `if(kind != 'embedding', NULL, coalesce(${firstNumber('sightglass.embedding.batch_size')}, nullIf(toFloat64(JSONExtractUInt(output_preview, 'embeddings')), 0), nullIf(toFloat64(arrayCount(key -> startsWith(key, 'embedding.embeddings.') AND endsWith(key, '.embedding.vector'), mapKeys(attributes_json))), 0)))`;
export const EMBEDDING_CACHE_HIT = yesOrNo('sightglass.embedding.cache_hit');

const ACTION_TAKEN = `lower(attributes_string['sightglass.guardrail.action_taken'])`;
/** A guardrail that found something. */
export const IS_GUARDRAIL_HIT = `(kind = 'guardrail' AND (status = 'blocked' OR ifNull(${yesOrNo('guardrail.triggered')}, 0) = 1 OR ${ACTION_TAKEN} NOT IN ('', 'allow', 'allowed', 'none', 'pass', 'passed')))`;
