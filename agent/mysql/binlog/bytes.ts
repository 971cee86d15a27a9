/** Reads the fields of an event one after the other. Throws a RangeError beyond the end. */
export class Bytes {
  constructor(
    private readonly buffer: Buffer,
    public offset = 0,
  ) {}

  get left(): number {
    return this.buffer.length - this.offset;
  }

  uint8(): number {
    return this.uint(1);
  }

  /** Little-endian, up to six bytes. */
  uint(length: number): number {
    const value = this.buffer.readUIntLE(this.offset, length);
    this.offset += length;
    return value;
  }

  uint64(): bigint {
    const value = this.buffer.readBigUInt64LE(this.offset);
    this.offset += 8;
    return value;
  }

  /** A length as the protocol packs it; event fields never need more than 32 bits. */
  lengthEncoded(): number {
    const first = this.uint8();
    if (first < 0xfb) return first;
    if (first === 0xfc) return this.uint(2);
    if (first === 0xfd) return this.uint(3);
    return Number(this.uint64());
  }

  take(length: number): Buffer {
    if (length > this.left) throw new RangeError(`an event ends ${length - this.left} bytes early`);
    const taken = this.buffer.subarray(this.offset, this.offset + length);
    this.offset += length;
    return taken;
  }

  text(length: number): string {
    return this.take(length).toString('utf8');
  }

  rest(): Buffer {
    return this.take(this.left);
  }

  skip(length: number): void {
    this.offset += length;
  }
}

/** Bit `index` of a bitmap, the lowest of the first byte being number 0. */
export function bitAt(bitmap: Buffer, index: number): boolean {
  return ((bitmap[index >> 3] ?? 0) & (1 << (index & 7))) !== 0;
}

export function bitmapBytes(bits: number): number {
  return (bits + 7) >> 3;
}
