/** Decisions of a generator, taken from bytes: what fast-check shrinks is what was decided. Bytes that run out are zeros, the first choice. */
export class Choices {
  private at = 0;
  private readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get isOver(): boolean {
    return this.at >= this.bytes.length;
  }

  /** A whole number from 0 to `below` - 1. */
  upTo(below: number): number {
    let value = this.byte();
    if (below > 256) value = value * 256 + this.byte();
    if (below > 65_536) value = value * 256 + this.byte();
    return value % Math.max(1, below);
  }

  of<T>(values: readonly T[]): T {
    return values[this.upTo(values.length)] as T;
  }

  private byte(): number {
    return this.bytes[this.at++] ?? 0;
  }
}
