/**
 * Columns of ClickHouse's Native format, written straight from values.
 * Layout: https://clickhouse.com/docs/interfaces/formats/Native — a block is column count, row count, then
 * per column its name, type and data; all integers little-endian, lengths as LEB128.
 */

const INITIAL_BYTES = 1024;
const KEPT_BYTES_MAX = 4 * 1024 * 1024;

/** Up to this length a text is written character by character: cheaper than a call into the runtime. */
const SHORT_TEXT = 40;

/** A byte buffer that grows by doubling. All numbers little-endian. */
export class GrowingBytes {
  private bytes: Buffer;
  private numbers: DataView;
  private length = 0;

  constructor(capacity = INITIAL_BYTES) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
    this.numbers = new DataView(this.bytes.buffer);
  }

  private reserve(more: number): void {
    const needed = this.length + more;
    if (needed > this.bytes.length) this.resize(Math.max(needed, this.bytes.length * 2));
  }

  private resize(capacity: number): void {
    const resized = Buffer.allocUnsafeSlow(capacity);
    this.bytes.copy(resized, 0, 0, this.length);
    this.bytes = resized;
    this.numbers = new DataView(resized.buffer);
  }

  varint(value: number): void {
    this.reserve(8);
    let rest = value;
    while (rest >= 128) {
      this.bytes[this.length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.length++] = rest;
  }

  /** Length and UTF-8 bytes. Lone surrogates become U+FFFD. */
  text(value: string): void {
    if (value.length <= SHORT_TEXT && this.asciiText(value)) return;
    const size = Buffer.byteLength(value, 'utf8');
    this.varint(size);
    this.reserve(size);
    this.length += this.bytes.write(value, this.length, 'utf8');
  }

  /** Writes a short text if it is ASCII; else nothing. */
  private asciiText(value: string): boolean {
    const size = value.length;
    this.reserve(1 + size);
    const { bytes } = this;
    const start = this.length + 1;
    for (let i = 0; i < size; i++) {
      const code = value.charCodeAt(i);
      if (code > 127) return false;
      bytes[start + i] = code;
    }
    bytes[this.length] = size;
    this.length = start + size;
    return true;
  }

  raw(value: Uint8Array): void {
    this.reserve(value.length);
    this.bytes.set(value, this.length);
    this.length += value.length;
  }

  /** Bytes given as hex; `''` writes zeros. */
  hex(value: string, size: number): void {
    if (value.length !== size * 2) return this.zeros(size);
    this.reserve(size);
    this.bytes.write(value, this.length, 'hex');
    this.length += size;
  }

  zeros(size: number): void {
    this.fill(0, size);
  }

  /** The same byte `size` times. */
  fill(byte: number, size: number): void {
    this.reserve(size);
    this.bytes.fill(byte, this.length, this.length + size);
    this.length += size;
  }

  uint8(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  uint16(value: number): void {
    this.reserve(2);
    this.numbers.setUint16(this.length, value, true);
    this.length += 2;
  }

  uint32(value: number): void {
    this.reserve(4);
    this.numbers.setUint32(this.length, value, true);
    this.length += 4;
  }

  /** A whole number up to 2^53. */
  uint64(value: number): void {
    this.reserve(8);
    this.numbers.setUint32(this.length, value, true);
    this.numbers.setUint32(this.length + 4, value / 4294967296, true);
    this.length += 8;
  }

  bigUint64(value: bigint): void {
    this.reserve(8);
    this.numbers.setBigUint64(this.length, value, true);
    this.length += 8;
  }

  float64(value: number): void {
    this.reserve(8);
    this.numbers.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** Two's complement of 128 bits: the form of Decimal(38, s). */
  int128(value: bigint): void {
    this.bigUint64(value);
    this.bigUint64(value >> 64n);
  }

  /** What has been written; valid until the next write. */
  view(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  /** Starts again in the same memory; what one large request needed is given back. */
  clear(): void {
    this.length = 0;
    if (this.bytes.length > KEPT_BYTES_MAX) this.resize(INITIAL_BYTES);
  }
}

/** Writes one block: `columns` are [name, type, data], every data holding `rows` values. */
export function nativeBlock(rows: number, columns: readonly (readonly [name: string, type: string, data: readonly Uint8Array[]])[]): Buffer {
  let size = 32;
  for (const [, , data] of columns) for (const piece of data) size += piece.length + 64;
  const block = new GrowingBytes(size);
  block.varint(columns.length);
  block.varint(rows);
  for (const [name, type, data] of columns) {
    block.text(name);
    block.text(type);
    for (const piece of data) block.raw(piece);
  }
  return block.view();
}
