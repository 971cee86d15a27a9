import type { ChainDirection } from '../../../contract/database';
import type { Verification } from './verification';

/** The verification of this process that knows what changed since. There is one: a new one takes its place. */
export class Verifications {
  private current: Verification | undefined;
  private readonly stopping = new Set<() => void>();

  /** `undefined` where none has compared everything in this direction, or changes were missed since. */
  find({ from, to }: ChainDirection): Verification | undefined {
    const { current } = this;
    if (current?.tails.known !== true) return undefined;
    return current.direction.from === from && current.direction.to === to ? current : undefined;
  }

  replace(verification: Verification, stop: () => void = () => undefined): void {
    this.stop();
    this.current = verification;
    this.stopping.add(stop);
  }

  /** Stops it later, unless another has taken its place. */
  stopAfter(milliseconds: number): void {
    const timer = setTimeout(() => this.stop(), milliseconds);
    timer.unref();
    this.stopping.add(() => clearTimeout(timer));
  }

  stop(): void {
    for (const stop of this.stopping) stop();
    this.stopping.clear();
    this.current?.tails.stop();
    this.current = undefined;
  }
}
