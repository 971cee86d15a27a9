import type { Side } from '../../../../contract/common';
import { Turnstile } from '../../replication/turnstile';
import type { RelayOptions } from '../options';
import type { SwitchedRelay } from './switched-relay';

/** The relay of this process, and what the agent knows of who serves. */
export interface RunningRelay {
  readonly relay: SwitchedRelay;
  readonly host: string;
  readonly serving: Side;
  /** Of the switch that brought clients to the side that serves. */
  readonly epoch: number;
}

/** At most one relay; what begins, switches or ends it comes one at a time. */
export class RelayRegistry {
  running: RunningRelay | undefined;
  private readonly changes = new Turnstile();

  constructor(readonly open: (options: RelayOptions) => Promise<SwitchedRelay>) {}

  async inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.changes.enter();
    try {
      await turn.come;
      return await change();
    } finally {
      turn.leave();
    }
  }

  async stop(): Promise<void> {
    const { running } = this;
    this.running = undefined;
    await running?.relay.close();
  }
}
