import type { Direction } from '../../../contract/common';
import { StateFile } from '../../state-file';

/** What is being replicated, so that an agent that comes back goes on with it. */
export interface RememberedReplication extends Direction {
  readonly overlap: boolean;
}

/** One small file a migration; absent while nothing is replicated. */
export class ReplicationFile {
  private readonly file: StateFile;

  constructor(directory: string, migrationName: string) {
    this.file = new StateFile(directory, migrationName, 'replication');
  }

  async read(): Promise<RememberedReplication | undefined> {
    const content = await this.file.read();
    if (content === undefined) return undefined;
    const { from, to, overlap } = content as Partial<Record<string, unknown>>;
    if (from === 'blue' && to === 'green') return { from, to, overlap: overlap === true };
    if (from === 'green' && to === 'blue') return { from, to, overlap: overlap === true };
    throw new Error(
      `${this.file.path} names the direction ${from} → ${to}; accepted are blue → green and green → blue.`,
    );
  }

  write({ from, to, overlap }: RememberedReplication): Promise<void> {
    return this.file.write({ from, to, overlap });
  }

  forget(): Promise<void> {
    return this.file.forget();
  }
}
