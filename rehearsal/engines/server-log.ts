import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const KEPT = 500;

/** What a server writes, line by line; the last lines are kept for error messages. */
export class ServerLog {
  private lines: string[] = [];
  private readonly watchers = new Set<(line: string) => void>();

  read(stream: Readable): void {
    createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
      this.lines.push(line);
      if (this.lines.length > KEPT) this.lines.splice(0, this.lines.length - KEPT);
      for (const watcher of this.watchers) watcher(line);
    });
  }

  clear(): void {
    this.lines = [];
  }

  tail(lines: number): string {
    return this.lines.slice(-lines).join('\n');
  }

  /** Resolves at the next line that matches; rejects once `signal` aborts. */
  saw(pattern: RegExp, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const watcher = (line: string) => {
        if (!pattern.test(line)) return;
        this.watchers.delete(watcher);
        resolve();
      };
      this.watchers.add(watcher);
      const leave = () => {
        this.watchers.delete(watcher);
        reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}
