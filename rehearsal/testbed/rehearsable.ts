import type { PhaseRole } from '../../contract/manifest';
import type { ByHand } from './caches/by-hand';
import type { CachesOptions } from './caches/caches';
import type { FaultKind } from './faults/kinds';
import type { SystemUnderTest } from './system-under-test';
import type { TestbedOptions } from './testbed';

export interface SystemOptions {
  readonly seed: string;
  /** Keys that a cache is filled with. */
  readonly keys: number;
  /** Rows that a database is filled with. */
  readonly rows: number;
  /** The user's own data, instead of generated keys: an RDB file. */
  readonly dataset?: string;
}

/** Phases from the one on, or after it, until the other, which is included; to the end where there is no such other. */
export type Window = { readonly to: PhaseRole } & ({ readonly from: PhaseRole } | { readonly after: PhaseRole });

/** What a migration's kind decides before anything of it is started. */
export interface Rehearsable {
  /** Whether one side alone may be written to at any time. */
  readonly isExclusive: boolean;
  /** Whether every acknowledged write is promised to stand in the end. */
  readonly keepsWrites: boolean;
  /** Whether an execution of its own prepares it, days before. */
  readonly isPrepared: boolean;
  /**
   * Faults of this kind alone, and the window in which chaos may inject them. Undefined: where the definition itself says,
   * or only where they are asked for.
   */
  readonly faults: Readonly<Partial<Record<FaultKind, Window | undefined>>>;
  /** Those of them that chaos injects into a preparation as well. Absent: none. */
  readonly faultsOfPrepare?: readonly FaultKind[];
  /** @throws Error where blue cannot be filled with what is in the file */
  assertDataset(file: string): void;
  /** Starts both sides, with the data on blue. */
  start(options: SystemOptions): Promise<SystemUnderTest>;
  /** The same switch as teams do it by hand. Absent: that is not rehearsed. */
  byHand?(options: TestbedOptions & CachesOptions): Promise<ByHand>;
}

/** Where green's server may die: as long as clients can stay where they are. */
export const GREEN_MAY_DIE: Window = { after: 'preflight', to: 'evict' };
