import { createHash } from 'node:crypto';

const MAX_BYTES = 32 * 2 ** 20;
const MAX_UNKNOWN = 1000;

/**
 * Scripts that clients use. A server neither replicates its cache of scripts nor gives their text away, so texts are
 * remembered as they come by in EVAL and SCRIPT LOAD.
 */
export class Scripts {
  private readonly texts = new Map<string, Buffer>();
  private bytes = 0;
  private readonly used = new Set<string>();

  /** A text that a client sent. It may be wrong; then no server loads it. */
  met(text: Buffer): void {
    const digest = createHash('sha1').update(text).digest('hex');
    this.used.delete(digest);
    if (this.texts.has(digest)) return;
    this.texts.set(digest, Buffer.from(text));
    this.bytes += text.length;
    for (const [oldest, { length }] of this.texts) {
      if (this.bytes <= MAX_BYTES) break;
      this.texts.delete(oldest);
      this.bytes -= length;
    }
  }

  knows(digest: string): boolean {
    return this.texts.has(digest) || this.used.has(digest);
  }

  /** A server ran it by its digest alone. */
  ran(digest: string): void {
    if (!this.texts.has(digest) && this.used.size < MAX_UNKNOWN) this.used.add(digest);
  }

  /** SCRIPT FLUSH: clients must load theirs again. */
  flush(): void {
    this.texts.clear();
    this.used.clear();
    this.bytes = 0;
  }

  /** Texts, by their digests. */
  get known(): ReadonlyMap<string, Buffer> {
    return this.texts;
  }

  /** Digests of those that run, and whose text is unknown. */
  get unknown(): readonly string[] {
    return [...this.used];
  }
}
