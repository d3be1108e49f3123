import { GrowingBytes } from './nativeColumns.ts';

/**
 * Columns that rows are added to, one class a wire type. Written out as classes, not as closures over
 * getters, so that each `add` is one inlined call: encoding is most of what a span costs after decoding.
 */
export interface Column {
  /** The column's bytes so far, in the pieces of Native format. */
  data(): Uint8Array[];
  /** Forgets the rows and keeps the memory, up to a bound. */
  clear(): void;
}

export class TextColumn implements Column {
  private readonly bytes = new GrowingBytes();
  /** Empty texts that are not written yet: most columns have many in a row. Their length, zero, is all there is of them. */
  private empty = 0;
  /** Null is written as the empty text. */
  add(value: string | null): void {
    if (value === null || value === '') {
      this.empty += 1;
      return;
    }
    if (this.empty > 0) this.addEmpty();
    this.bytes.text(value);
  }
  private addEmpty(): void {
    this.bytes.zeros(this.empty);
    this.empty = 0;
  }
  data(): Uint8Array[] {
    this.addEmpty();
    return [this.bytes.view()];
  }
  clear(): void {
    this.empty = 0;
    this.bytes.clear();
  }
}

/** FixedString(size) given as hex; null is all zeros. */
export class HexColumn implements Column {
  private readonly bytes = new GrowingBytes();
  private readonly size: number;
  constructor(size: number) {
    this.size = size;
  }
  add(value: string | null): void {
    this.bytes.hex(value ?? '', this.size);
  }
  data(): Uint8Array[] {
    return [this.bytes.view()];
  }
  clear(): void {
    this.bytes.clear();
  }
}

/** FixedString of raw bytes, all of one size. */
export class RawColumn implements Column {
  private readonly bytes = new GrowingBytes();
  add(value: Uint8Array): void {
    this.bytes.raw(value);
  }
  data(): Uint8Array[] {
    return [this.bytes.view()];
  }
  clear(): void {
    this.bytes.clear();
  }
}

export class UInt8Column implements Column {
  private readonly bytes = new GrowingBytes();
  add(value: number | boolean): void {
    this.bytes.uint8(Number(value));
  }
  data(): Uint8Array[] {
    return [this.bytes.view()];
  }
  clear(): void {
    this.bytes.clear();
  }
}

/** UInt16 and Date (days since 1970). */
export class UInt16Column implements Column {
  private readonly bytes = new GrowingBytes();
  add(value: number): void {
    this.bytes.uint16(value);
  }
  data(): Uint8Array[] {
    return [this.bytes.view()];
  }
  clear(): void {
    this.bytes.clear();
  }
}

/** UInt32 and DateTime (Unix seconds). */
export class UInt32Column implements Column {
  private readonly bytes = new GrowingBytes();
  add(value: number): void {
    this.bytes.uint32(value);
  }
  data(): Uint8Array[] {
    return [this.bytes.view()];
  }
  clear(): void {
    this.bytes.clear();
  }
}

/** UInt64 and, by two's complement, Int64 and DateTime64. */
export class UInt64Column implements Column {
  private readonly bytes = new GrowingBytes();
  add(value: bigint): void {
    this.bytes.bigUint64(value);
  }
  data(): Uint8Array[] {
    return [this.bytes.view()];
  }
  clear(): void {
    this.bytes.clear();
  }
}

export class Float64Column implements Column {
  private readonly bytes = new GrowingBytes();
  add(value: number): void {
    this.bytes.float64(value);
  }
  data(): Uint8Array[] {
    return [this.bytes.view()];
  }
  clear(): void {
    this.bytes.clear();
  }
}

/** Nullable columns: a byte a row that says "null", then the values, zero where there is none. */
abstract class NullableColumn<Value> implements Column {
  private readonly nulls = new GrowingBytes();
  protected readonly bytes = new GrowingBytes();
  /** Nulls that are not written yet: most columns have many in a row. */
  private missing = 0;
  private readonly size: number;
  /** `size` is that of a value, in bytes. */
  constructor(size: number) {
    this.size = size;
  }
  add(value: Value | null): void {
    if (value === null) {
      this.missing += 1;
      return;
    }
    if (this.missing > 0) this.addMissing();
    this.nulls.uint8(0);
    this.write(value);
  }
  protected abstract write(value: Value): void;
  private addMissing(): void {
    this.nulls.fill(1, this.missing);
    this.bytes.zeros(this.missing * this.size);
    this.missing = 0;
  }
  data(): Uint8Array[] {
    this.addMissing();
    return [this.nulls.view(), this.bytes.view()];
  }
  clear(): void {
    this.missing = 0;
    this.nulls.clear();
    this.bytes.clear();
  }
}

export class OptionalUInt32Column extends NullableColumn<number> {
  constructor() {
    super(4);
  }
  protected write(value: number): void {
    this.bytes.uint32(value);
  }
}

/** Whole numbers up to 2^53. */
export class OptionalUInt64Column extends NullableColumn<number> {
  constructor() {
    super(8);
  }
  protected write(value: number): void {
    this.bytes.uint64(value);
  }
}

/** Nullable(DateTime64(9)) as Unix nanoseconds. */
export class OptionalTimeColumn extends NullableColumn<bigint> {
  constructor() {
    super(8);
  }
  protected write(value: bigint): void {
    this.bytes.bigUint64(value);
  }
}

export class OptionalFloat64Column extends NullableColumn<number> {
  constructor() {
    super(8);
  }
  protected write(value: number): void {
    this.bytes.float64(value);
  }
}

/** Nullable(Decimal(38, s)), given as the unscaled integer. */
export class OptionalDecimalColumn extends NullableColumn<bigint> {
  constructor() {
    super(16);
  }
  protected write(value: bigint): void {
    this.bytes.int128(value);
  }
}

/** Arrays: running totals (UInt64), then all elements one after the other. */
abstract class ListColumn implements Column {
  private readonly offsets = new GrowingBytes();
  protected readonly elements = new GrowingBytes();
  private total = 0;
  protected endRow(length: number): void {
    this.total += length;
    this.offsets.uint64(this.total);
  }
  data(): Uint8Array[] {
    return [this.offsets.view(), this.elements.view()];
  }
  clear(): void {
    this.total = 0;
    this.offsets.clear();
    this.elements.clear();
  }
}

/** Array(String). */
export class TextsColumn extends ListColumn {
  add(values: readonly string[]): void {
    for (const value of values) this.elements.text(value);
    this.endRow(values.length);
  }
}

/** Array(FixedString) of raw bytes. */
export class HashesColumn extends ListColumn {
  add(values: readonly Uint8Array[]): void {
    for (const value of values) this.elements.raw(value);
    this.endRow(values.length);
  }
}

/** Array(UInt64) of whole numbers up to 2^53. */
export class CountsColumn extends ListColumn {
  add(values: readonly number[]): void {
    for (const value of values) this.elements.uint64(value);
    this.endRow(values.length);
  }
}

/** Array(Float64). */
export class NumbersColumn extends ListColumn {
  add(values: readonly number[]): void {
    for (const value of values) this.elements.float64(value);
    this.endRow(values.length);
  }
}

/** Maps are written entry by entry; `end` closes the row. */
abstract class MapColumn implements Column {
  private readonly offsets = new GrowingBytes();
  protected readonly keys = new GrowingBytes();
  protected readonly values = new GrowingBytes();
  protected total = 0;
  end(): void {
    this.offsets.uint64(this.total);
  }
  data(): Uint8Array[] {
    return [this.offsets.view(), this.keys.view(), this.values.view()];
  }
  clear(): void {
    this.total = 0;
    this.offsets.clear();
    this.keys.clear();
    this.values.clear();
  }
}

export class TextMapColumn extends MapColumn {
  entry(key: string, value: string): void {
    this.total += 1;
    this.keys.text(key);
    this.values.text(value);
  }
}

export class NumberMapColumn extends MapColumn {
  entry(key: string, value: number): void {
    this.total += 1;
    this.keys.text(key);
    this.values.float64(value);
  }
}

export class FlagMapColumn extends MapColumn {
  entry(key: string, value: boolean): void {
    this.total += 1;
    this.keys.text(key);
    this.values.uint8(value ? 1 : 0);
  }
}
