import { type ProgressLine, progressLine } from '../../agent/cli/progress-line';

interface Fetched {
  readonly done: number;
  readonly total: number;
}

/** How far fetches are that run side by side: one bar of all on a terminal, elsewhere a plain line every 5 s. */
export class FetchProgress {
  private readonly fetches = new Map<string, Fetched>();
  private line: ProgressLine | undefined;

  constructor(private readonly output: NodeJS.WriteStream) {}

  public show(title: string, doneBytes: number, totalBytes: number): void {
    this.fetches.set(title, { done: doneBytes, total: totalBytes });
    this.line ??= progressLine(this.output);
    const all = [...this.fetches.values()];
    this.line.show({
      phase: 'Engines from Debian, kB',
      done: kilobytes(all.map(({ done }) => done)),
      total: kilobytes(all.map(({ total }) => total)),
    });
  }

  /** Whether it came or not. What has come counts until the last fetch ends, so that the bar does not go back. */
  public end(title: string): void {
    const fetched = this.fetches.get(title);
    if (fetched !== undefined) this.fetches.set(title, { ...fetched, done: fetched.total });
    if ([...this.fetches.values()].some(({ done, total }) => done < total)) return;
    this.fetches.clear();
    this.line?.end();
    this.line = undefined;
  }
}

function kilobytes(bytes: readonly number[]): number {
  return Math.round(bytes.reduce((sum, each) => sum + each, 0) / 1000);
}
