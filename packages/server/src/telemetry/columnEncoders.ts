import { GrowingBytes } from './nativeColumns.ts';

/** Encodes one column of a list of rows into the bytes of Native format. */
export type ColumnEncoder<Row> = (rows: readonly Row[]) => Uint8Array[];

type Getter<Row, Value> = (row: Row) => Value;
type Write<Value> = (bytes: GrowingBytes, value: Value) => void;

const encode = <Row, Value>(get: Getter<Row, Value>, write: Write<Value>, bytesPerRow: number): ColumnEncoder<Row> => {
  return (rows) => {
    const bytes = new GrowingBytes(rows.length * bytesPerRow + 64);
    for (const row of rows) write(bytes, get(row));
    return [bytes.view()];
  };
};

const nullable = <Row, Value>(get: Getter<Row, Value | null>, zero: Value, write: Write<Value>, bytesPerRow: number): ColumnEncoder<Row> => {
  return (rows) => {
    const nulls = Buffer.alloc(rows.length);
    const bytes = new GrowingBytes(rows.length * bytesPerRow + 64);
    for (let i = 0; i < rows.length; i++) {
      const value = get(rows[i] as Row);
      if (value === null) nulls[i] = 1;
      write(bytes, value ?? zero);
    }
    return [nulls, bytes.view()];
  };
};

/** Offsets (running totals, UInt64) and then all elements one after the other. */
const array = <Row, Value>(get: Getter<Row, readonly Value[]>, write: Write<Value>): ColumnEncoder<Row> => {
  return (rows) => {
    const offsets = new GrowingBytes(rows.length * 8 + 8);
    const elements = new GrowingBytes(rows.length * 16 + 64);
    let total = 0;
    for (const row of rows) {
      const list = get(row);
      for (const value of list) write(elements, value);
      total += list.length;
      offsets.uint64(total);
    }
    return [offsets.view(), elements.view()];
  };
};

const map = <Row, Value>(get: Getter<Row, readonly (readonly [string, Value])[]>, write: Write<Value>): ColumnEncoder<Row> => {
  return (rows) => {
    const offsets = new GrowingBytes(rows.length * 8 + 8);
    const keys = new GrowingBytes(rows.length * 64 + 64);
    const values = new GrowingBytes(rows.length * 64 + 64);
    let total = 0;
    for (const row of rows) {
      const entries = get(row);
      for (const [key, value] of entries) {
        keys.text(key);
        write(values, value);
      }
      total += entries.length;
      offsets.uint64(total);
    }
    return [offsets.view(), keys.view(), values.view()];
  };
};

/** One constructor per wire type that our tables use. */
export const column = {
  text: <Row>(get: Getter<Row, string | null>): ColumnEncoder<Row> => encode(get, (bytes, value) => bytes.text(value ?? ''), 8),
  /** A value that is the same for every row of the block. */
  constantText: <Row>(value: string): ColumnEncoder<Row> =>
    encode(
      () => value,
      (bytes, text) => bytes.text(text),
      value.length + 2,
    ),
  /** FixedString(size) given as hex; null is all zeros. */
  hex: <Row>(size: number, get: Getter<Row, string | null>): ColumnEncoder<Row> => encode(get, (bytes, value) => bytes.hex(value ?? '', size), size),
  uint8: <Row>(get: Getter<Row, number>): ColumnEncoder<Row> => encode(get, (bytes, value) => bytes.uint8(value), 1),
  flag: <Row>(get: Getter<Row, boolean>): ColumnEncoder<Row> => encode(get, (bytes, value) => bytes.uint8(value ? 1 : 0), 1),
  uint16: <Row>(get: Getter<Row, number>): ColumnEncoder<Row> => encode(get, (bytes, value) => bytes.uint16(value), 2),
  /** UInt32 and DateTime (Unix seconds). */
  uint32: <Row>(get: Getter<Row, number>): ColumnEncoder<Row> => encode(get, (bytes, value) => bytes.uint32(value), 4),
  /** UInt64 and, by two's complement, Int64 and DateTime64. */
  uint64: <Row>(get: Getter<Row, bigint>): ColumnEncoder<Row> => encode(get, (bytes, value) => bytes.bigUint64(value), 8),
  optionalUint32: <Row>(get: Getter<Row, number | null>): ColumnEncoder<Row> => nullable(get, 0, (bytes, value) => bytes.uint32(value), 4),
  optionalUint64: <Row>(get: Getter<Row, number | null>): ColumnEncoder<Row> => nullable(get, 0, (bytes, value) => bytes.uint64(value), 8),
  optionalFloat64: <Row>(get: Getter<Row, number | null>): ColumnEncoder<Row> => nullable(get, 0, (bytes, value) => bytes.float64(value), 8),
  optionalDecimal128: <Row>(get: Getter<Row, bigint | null>): ColumnEncoder<Row> => nullable(get, 0n, (bytes, value) => bytes.int128(value), 16),
  texts: <Row>(get: Getter<Row, readonly string[]>): ColumnEncoder<Row> => array(get, (bytes, value) => bytes.text(value)),
  /** Array(FixedString(16)) of raw bytes. */
  hashes: <Row>(get: Getter<Row, readonly Uint8Array[]>): ColumnEncoder<Row> => array(get, (bytes, value) => bytes.raw(value)),
  textMap: <Row>(get: Getter<Row, readonly (readonly [string, string])[]>): ColumnEncoder<Row> => map(get, (bytes, value) => bytes.text(value)),
  numberMap: <Row>(get: Getter<Row, readonly (readonly [string, number])[]>): ColumnEncoder<Row> => map(get, (bytes, value) => bytes.float64(value)),
  flagMap: <Row>(get: Getter<Row, readonly (readonly [string, boolean])[]>): ColumnEncoder<Row> =>
    map(get, (bytes, value) => bytes.uint8(value ? 1 : 0)),
} as const;
