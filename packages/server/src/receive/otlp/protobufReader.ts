import { UndecodableBody } from '../decoded.ts';
import { RequestRoom } from './requestRoom.ts';

/**
 * A cursor over one protobuf message. Nothing is copied: a nested message is the same buffer with another
 * end. Wire types: 0 varint, 1 fixed64, 2 length-delimited, 5 fixed32.
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class ProtobufReader {
  pos = 0;
  /** What of the message's limits is left. */
  readonly room = new RequestRoom();
  readonly buffer: Buffer;
  readonly view: DataView;

  constructor(bytes: Uint8Array) {
    this.buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Reads the next tag; field number is `tag >>> 3`, wire type `tag & 7`. */
  tag(end: number): number {
    const tag = this.varint(end);
    if (tag >>> 3 === 0 || tag > 0xffffffff) throw new UndecodableBody('a protobuf tag is not valid');
    return tag;
  }

  /** An unsigned varint as a number; exact up to 2^53, the high bits of a negative int64 are lost. */
  varint(end: number): number {
    const { buffer } = this;
    let result = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++) {
      if (this.pos >= end) break;
      const byte = buffer[this.pos++] as number;
      result += (byte & 0x7f) * scale;
      if (byte < 0x80) return result;
      scale *= 128;
    }
    throw new UndecodableBody('a protobuf number is cut off');
  }

  /** A signed int64 varint: a number where it is exact, else a bigint. */
  int64(end: number): number | bigint {
    const start = this.pos;
    const approximate = this.varint(end);
    if (approximate <= Number.MAX_SAFE_INTEGER) return approximate;
    let value = 0n;
    for (let i = this.pos - 1; i >= start; i--) value = (value << 7n) | BigInt((this.buffer[i] as number) & 0x7f);
    const signed = BigInt.asIntN(64, value);
    return signed >= BigInt(Number.MIN_SAFE_INTEGER) && signed <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(signed) : signed;
  }

  /** The end of a length-delimited field that begins here. */
  lengthEnd(end: number): number {
    const length = this.varint(end);
    const fieldEnd = this.pos + length;
    if (fieldEnd > end) throw new UndecodableBody('a protobuf field is cut off');
    return fieldEnd;
  }

  fixed64(end: number): bigint {
    if (this.pos + 8 > end) throw new UndecodableBody('a protobuf field is cut off');
    const value = this.view.getBigUint64(this.pos, true);
    this.pos += 8;
    return value;
  }

  double(end: number): number {
    if (this.pos + 8 > end) throw new UndecodableBody('a protobuf field is cut off');
    const value = this.view.getFloat64(this.pos, true);
    this.pos += 8;
    return value;
  }

  /** UTF-8; malformed sequences become U+FFFD. */
  string(end: number): string {
    const fieldEnd = this.lengthEnd(end);
    const text = this.buffer.toString('utf8', this.pos, fieldEnd);
    this.pos = fieldEnd;
    return text;
  }

  hex(end: number): string {
    const fieldEnd = this.lengthEnd(end);
    const text = this.buffer.toString('hex', this.pos, fieldEnd);
    this.pos = fieldEnd;
    return text;
  }

  bytes(end: number): Uint8Array {
    const fieldEnd = this.lengthEnd(end);
    const copy = new Uint8Array(this.buffer.subarray(this.pos, fieldEnd));
    this.pos = fieldEnd;
    return copy;
  }

  skip(wireType: number, end: number): void {
    if (wireType === 0) this.varint(end);
    else if (wireType === 1) this.advance(8, end);
    else if (wireType === 2) this.pos = this.lengthEnd(end);
    else if (wireType === 5) this.advance(4, end);
    else throw new UndecodableBody('a protobuf wire type is not valid');
  }

  private advance(bytes: number, end: number): void {
    if (this.pos + bytes > end) throw new UndecodableBody('a protobuf field is cut off');
    this.pos += bytes;
  }
}
