/** Bytes of values that may be in memory at once. Each caller waits for its turn, first come first served. */
export class ByteBudget {
  private free: number;
  private readonly waiting: { readonly bytes: number; readonly go: () => void }[] = [];

  constructor(private readonly total: number) {
    this.free = total;
  }

  /** Takes `bytes`, or everything where that is less: a single value larger than the budget still gets through, alone. */
  take(bytes: number): Promise<void> {
    const wanted = Math.min(bytes, this.total);
    if (this.waiting.length === 0 && wanted <= this.free) {
      this.free -= wanted;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.waiting.push({ bytes: wanted, go: resolve });
    });
  }

  give(bytes: number): void {
    this.free += Math.min(bytes, this.total);
    for (let next = this.waiting[0]; next !== undefined && next.bytes <= this.free; next = this.waiting[0]) {
      this.waiting.shift();
      this.free -= next.bytes;
      next.go();
    }
  }
}
