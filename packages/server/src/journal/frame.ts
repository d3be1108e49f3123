/**
 * One acknowledged request in the journal. On disk (little-endian):
 *
 *     magic "SGF1" · body length u32 · CRC-32 of the body u32 · body
 *     body: head length u32 · head (JSON) · per trace 16 bytes id + 1 byte complete · per table its Native block
 *
 * A frame is whole or it is not there: a torn tail fails its length or CRC and is cut at replay.
 */
import { crc32 } from 'node:zlib';
import type { HeartbeatStatus } from '@sightglass/contract/event';

const MAGIC = 0x31464753;
const HEADER_BYTES = 12;
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
}

export interface Frame {
  workspaceId: string;
  /** Unix milliseconds. */
  receivedAtMs: number;
  /** Way in and client, for accounting: `otlp/http`. */
  source: string;
  rows: number;
  traces: { traceId: string; complete: boolean }[];
  notes?: FrameNotes;
  /** Table name and Native block. */
  tables: { name: string; rows: number; native: Uint8Array }[];
}

interface Head {
  workspaceId: string;
  receivedAtMs: number;
  source: string;
  rows: number;
  traces: number;
  notes?: FrameNotes;
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
  bytes.writeUInt32LE(MAGIC, 0);
  bytes.writeUInt32LE(bodyLength, 4);
  bytes.writeUInt32LE(crc32(bytes.subarray(HEADER_BYTES)), 8);
  return bytes;
}

export interface SegmentContent {
  frames: Frame[];
  /** Bytes up to the end of the last whole frame. */
  validBytes: number;
  /** Why reading stopped before the end of the file; undefined when it did not. */
  damage: string | undefined;
}

/** Reads every whole frame from the start; stops at the first that is torn or damaged. */
export function readFrames(bytes: Buffer): SegmentContent {
  const frames: Frame[] = [];
  let position = 0;
  while (position < bytes.length) {
    const damage = damageAt(bytes, position);
    if (damage !== undefined) return { frames, validBytes: position, damage };
    const bodyLength = bytes.readUInt32LE(position + 4);
    frames.push(readBody(bytes.subarray(position + HEADER_BYTES, position + HEADER_BYTES + bodyLength)));
    position += HEADER_BYTES + bodyLength;
  }
  return { frames, validBytes: position, damage: undefined };
}

function damageAt(bytes: Buffer, position: number): string | undefined {
  if (position + HEADER_BYTES > bytes.length) return 'the header is cut off';
  if (bytes.readUInt32LE(position) !== MAGIC) return 'the frame mark is missing';
  const bodyStart = position + HEADER_BYTES;
  const bodyEnd = bodyStart + bytes.readUInt32LE(position + 4);
  if (bodyEnd > bytes.length) return 'the frame is cut off';
  if (crc32(bytes.subarray(bodyStart, bodyEnd)) !== bytes.readUInt32LE(position + 8)) return 'the checksum does not match';
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
  const { workspaceId, receivedAtMs, source, rows, notes } = head;
  return { workspaceId, receivedAtMs, source, rows, traces, ...(notes === undefined ? {} : { notes }), tables };
}
