import type { Direction, ReplicationStatus } from '../../contract';

/** A running replication of one direction. */
export interface Replication {
  readonly direction: Direction;
  status(): ReplicationStatus;
  /** Resolves once nothing of it is in flight. */
  stop(): Promise<void>;
}
