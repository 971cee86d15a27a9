const CR = 13;
const ASTERISK = 42;
const DOLLAR = 36;

/** Follows one array to its end while it is forwarded piece by piece, and keeps none of it. */
export class LongCommand {
  done = false;
  malformed = false;
  /** Elements to come; unknown until the first line has been read. */
  private elements: number | undefined;
  private body = 0;
  private inLine = false;
  private value = 0;
  private afterCr = false;

  /** Tells where, from `at` on, the command ends in these bytes: `bytes.length` where it goes on. */
  take(bytes: Buffer, at: number): number {
    let i = at;
    while (i < bytes.length && !this.done && !this.malformed) {
      if (this.body > 0) {
        const taken = Math.min(this.body, bytes.length - i);
        this.body -= taken;
        i += taken;
        if (this.body === 0) this.endElement();
        continue;
      }
      this.line(bytes[i] ?? 0);
      i += 1;
    }
    return i;
  }

  private line(byte: number): void {
    if (!this.inLine) {
      this.malformed = byte !== (this.elements === undefined ? ASTERISK : DOLLAR);
      this.inLine = true;
      this.value = 0;
    } else if (this.afterCr) {
      this.afterCr = false;
      this.inLine = false;
      if (this.elements === undefined) this.elements = this.value;
      else this.body = this.value + 2;
    } else if (byte === CR) {
      this.afterCr = true;
    } else if (byte >= 48 && byte <= 57 && this.value < 2 ** 48) {
      this.value = this.value * 10 + byte - 48;
    } else {
      this.malformed = true;
    }
  }

  private endElement(): void {
    this.elements = (this.elements ?? 0) - 1;
    this.done = this.elements === 0;
  }
}
