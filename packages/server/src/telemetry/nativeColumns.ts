/**
 * Columns of ClickHouse's Native format, written straight from values.
 * Layout: https://clickhouse.com/docs/interfaces/formats/Native — a block is column count, row count, then
 * per column its name, type and data; all integers little-endian, lengths as LEB128.
 */

/** A byte buffer that grows by doubling. */
export class GrowingBytes {
  bytes: Buffer;
  length = 0;

  constructor(capacity = 1024) {
    this.bytes = Buffer.allocUnsafe(capacity);
  }

  reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
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
    if (value.length === 0) {
      this.reserve(1);
      this.bytes[this.length++] = 0;
      return;
    }
    // Short text: assume one byte a character, and write the length after the fact when that holds.
    if (value.length < 43) {
      this.reserve(1 + value.length * 3);
      const written = this.bytes.write(value, this.length + 1, 'utf8');
      if (written < 128) {
        this.bytes[this.length] = written;
        this.length += 1 + written;
        return;
      }
    }
    const size = Buffer.byteLength(value, 'utf8');
    this.varint(size);
    this.reserve(size);
    this.length += this.bytes.write(value, this.length, 'utf8');
  }

  raw(value: Uint8Array): void {
    this.reserve(value.length);
    this.bytes.set(value, this.length);
    this.length += value.length;
  }

  /** Bytes given as hex; `''` writes zeros. */
  hex(value: string, size: number): void {
    this.reserve(size);
    if (value.length === size * 2) this.bytes.write(value, this.length, 'hex');
    else this.bytes.fill(0, this.length, this.length + size);
    this.length += size;
  }

  uint8(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  uint16(value: number): void {
    this.reserve(2);
    this.length = this.bytes.writeUInt16LE(value, this.length);
  }

  uint32(value: number): void {
    this.reserve(4);
    this.length = this.bytes.writeUInt32LE(value, this.length);
  }

  /** An unsigned integer up to 2^53. */
  uint64(value: number): void {
    this.reserve(8);
    this.bytes.writeUInt32LE(value % 4294967296, this.length);
    this.bytes.writeUInt32LE(Math.floor(value / 4294967296), this.length + 4);
    this.length += 8;
  }

  bigUint64(value: bigint): void {
    this.reserve(8);
    this.length = this.bytes.writeBigUInt64LE(BigInt.asUintN(64, value), this.length);
  }

  float64(value: number): void {
    this.reserve(8);
    this.length = this.bytes.writeDoubleLE(value, this.length);
  }

  /** Two's complement of 128 bits: the form of Decimal(38, s). */
  int128(value: bigint): void {
    this.bigUint64(value);
    this.bigUint64(value >> 64n);
  }

  view(): Buffer {
    return this.bytes.subarray(0, this.length);
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
