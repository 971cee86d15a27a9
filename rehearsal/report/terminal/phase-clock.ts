import { printable } from '../../../agent/printable';
import type { LiveView } from '../result';

export interface PassedPhase {
  readonly name: string;
  readonly undoes: boolean;
  readonly lastedMs: number;
}

/** Tells phases apart by what views say: a view knows only the phase that runs. */
export class PhaseClock {
  private name?: string;
  private undoes = false;
  private sinceMs = 0;
  private elapsedMs = 0;

  get phase(): string {
    return this.name ?? '';
  }

  get lastedMs(): number {
    return this.elapsedMs - this.sinceMs;
  }

  /** @returns the phase that has passed with this view, if one has */
  see({ phase, undoes, elapsedMs }: LiveView): PassedPhase | undefined {
    const name = printable(phase) || 'Clients warm up';
    const passed =
      this.name !== undefined && this.name !== name
        ? { name: this.name, undoes: this.undoes, lastedMs: elapsedMs - this.sinceMs }
        : undefined;
    if (this.name !== name) this.sinceMs = elapsedMs;
    this.name = name;
    this.undoes = undoes;
    this.elapsedMs = elapsedMs;
    return passed;
  }

  /** @returns the phase that was running, if any view was seen */
  end(): PassedPhase | undefined {
    const passed =
      this.name === undefined ? undefined : { name: this.name, undoes: this.undoes, lastedMs: this.lastedMs };
    this.name = undefined;
    return passed;
  }
}
