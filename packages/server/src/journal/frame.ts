/**
 * One acknowledged request in the journal. On disk (little-endian):
 *
 *     magic "SGF1" · mark of the process, 8 bytes · body length u32 · CRC-32 of mark and body u32 · body
 *     body: head length u32 · head (JSON) · per trace 16 bytes id + 1 byte complete · per table its Native block
 *
 * A frame is whole or it is not there: a torn tail fails its length or CRC and is cut at replay. The mark is random and
 * never leaves the machine: behind a damaged frame the next whole one is looked for, and bytes that a sender put into
 * a payload must not pass for one.
 */
import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { HeartbeatStatus } from '@sightglass/contract/event';

const MARK = Buffer.concat([Buffer.from('SGF1', 'latin1'), randomBytes(8)]);
const LENGTH_AT = MARK.length;
const CRC_AT = LENGTH_AT + 4;
const HEADER_BYTES = CRC_AT + 4;
const TRACE_BYTES = 17;

/** A heartbeat of an agent, with what it said of itself. */
export interface NotedHeartbeat {
  agentId: string;
  /** Unix milliseconds. */
  atMs: number;
  status: HeartbeatStatus | null;
  metadata: Readonly<Record<string, unknown>> | null;
}

/** What a batch of Langfuse's older clients tells of one trace. */
export interface NotedTrace {
  traceId: string;
  /** Distinct parts of the trace in this request. */
  parts: number;
  /** Whether the trace itself is told of, not only its observations; these by their span ids. */
  itself: boolean;
  spanIds: string[];
  /** Whether the request's own rows of `spans` hold everything that follows from these parts. */
  written: boolean;
}

/** What those who follow the store need to know of a request without reading its blocks; empty where absent. */
export interface FrameNotes {
  /** Agents that the request names for certain: each of a whole trace, or said by the sender. */
  agentIds?: string[];
  heartbeats?: NotedHeartbeat[];
  /** What the request's events are known by. */
  eventKeys?: string[];
  /** Runs of which the request begins or ends something. */
  runKeys?: string[];
  /** Traces of which the request holds parts. */
  toldTraces?: NotedTrace[];
  /** Spans of traces in progress that have ended: trace id and span id in one, see `live/`. */
  endedSpans?: string[];
}

/** What became of the items of a request: each is stored, or one of the others. */
export interface IngestAccount {
  /** `traces`, `logs` …: what was counted. */
  signal: string;
  received: number;
  rejected: number;
  /** Known to be stored already. */
  duplicate: number;
  /** Left out by the workspace's sampling rules. */
  sampled: number;
  /** Why some were rejected, as the sender was told; '' when none were. */
  error: string;
}

export const storedOf = ({ received, rejected, duplicate, sampled }: IngestAccount) => received - rejected - duplicate - sampled;

export interface Frame {
  workspaceId: string;
  /** Unix milliseconds. */
  receivedAtMs: number;
  /** Way in and client, for accounting: `otlp/http`. */
  source: string;
  rows: number;
  traces: { traceId: string; complete: boolean }[];
  notes?: FrameNotes;
  account: IngestAccount;
  /** Table name and Native block; none where nothing of the request is to be stored. */
  tables: { name: string; rows: number; native: Uint8Array }[];
}

interface Head {
  workspaceId: string;
  receivedAtMs: number;
  source: string;
  rows: number;
  traces: number;
  notes?: FrameNotes;
  account: IngestAccount;
  tables: { name: string; rows: number; bytes: number }[];
}

export function encodeFrame(frame: Frame): Buffer {
  const head: Head = {
    workspaceId: frame.workspaceId,
    receivedAtMs: frame.receivedAtMs,
    source: frame.source,
    rows: frame.rows,
    traces: frame.traces.length,
    ...(frame.notes === undefined ? {} : { notes: frame.notes }),
    account: frame.account,
    tables: frame.tables.map(({ name, rows, native }) => ({ name, rows, bytes: native.length })),
  };
  const headBytes = Buffer.from(JSON.stringify(head));
  const bodyLength = 4 + headBytes.length + frame.traces.length * TRACE_BYTES + frame.tables.reduce((sum, table) => sum + table.native.length, 0);
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + bodyLength);
  let position = HEADER_BYTES;
  position = bytes.writeUInt32LE(headBytes.length, position);
  position += headBytes.copy(bytes, position);
  for (const { traceId, complete } of frame.traces) {
    bytes.write(traceId, position, 'hex');
    bytes[position + 16] = complete ? 1 : 0;
    position += TRACE_BYTES;
  }
  for (const { native } of frame.tables) {
    bytes.set(native, position);
    position += native.length;
  }
  bytes.set(MARK, 0);
  bytes.writeUInt32LE(bodyLength, LENGTH_AT);
  bytes.writeUInt32LE(crc32(bytes.subarray(HEADER_BYTES), crc32(MARK)), CRC_AT);
  return bytes;
}

/** Bytes of a segment that are no whole frame. */
export interface Damage {
  start: number;
  end: number;
  why: string;
}

export interface SegmentContent {
  frames: Frame[];
  damages: Damage[];
}

/** Reads every whole frame; what lies between them is damage, and ends where the next whole frame begins. */
export function readFrames(bytes: Buffer): SegmentContent {
  const frames: Frame[] = [];
  const damages: Damage[] = [];
  // A segment is of one process.
  const mark = bytes.subarray(0, MARK.length);
  let position = 0;
  while (position < bytes.length) {
    const why = damageAt(bytes, position, mark);
    if (why === undefined) {
      const end = position + HEADER_BYTES + bytes.readUInt32LE(position + LENGTH_AT);
      frames.push(readBody(bytes.subarray(position + HEADER_BYTES, end)));
      position = end;
      continue;
    }
    const start = position;
    do position = find(bytes, mark, position + 1);
    while (position < bytes.length && damageAt(bytes, position, mark) !== undefined);
    damages.push({ start, end: position, why });
  }
  return { frames, damages };
}

function find(bytes: Buffer, mark: Buffer, from: number): number {
  const found = bytes.indexOf(mark, from);
  return found < 0 ? bytes.length : found;
}

function damageAt(bytes: Buffer, position: number, mark: Buffer): string | undefined {
  if (position + HEADER_BYTES > bytes.length) return 'the header is cut off';
  if (bytes.toString('latin1', 0, 4) !== 'SGF1' || !bytes.subarray(position, position + mark.length).equals(mark)) return 'the frame mark is missing';
  const bodyStart = position + HEADER_BYTES;
  const bodyEnd = bodyStart + bytes.readUInt32LE(position + LENGTH_AT);
  if (bodyEnd > bytes.length) return 'the frame is cut off';
  if (crc32(bytes.subarray(bodyStart, bodyEnd), crc32(mark)) !== bytes.readUInt32LE(position + CRC_AT)) return 'the checksum does not match';
  return undefined;
}

function readBody(body: Buffer): Frame {
  const headLength = body.readUInt32LE(0);
  const head = JSON.parse(body.toString('utf8', 4, 4 + headLength)) as Head;
  let position = 4 + headLength;
  const traces: Frame['traces'] = [];
  for (let i = 0; i < head.traces; i++) {
    traces.push({ traceId: body.toString('hex', position, position + 16), complete: body[position + 16] === 1 });
    position += TRACE_BYTES;
  }
  const tables: Frame['tables'] = [];
  for (const { name, rows, bytes } of head.tables) {
    tables.push({ name, rows, native: body.subarray(position, position + bytes) });
    position += bytes;
  }
  const { workspaceId, receivedAtMs, source, rows, notes, account } = head;
  return { workspaceId, receivedAtMs, source, rows, traces, ...(notes === undefined ? {} : { notes }), account, tables };
}
