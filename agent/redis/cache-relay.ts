import type { OwnRelay } from '../own-relay';
import type { RedisContext } from './context';
import { readNotes } from './relay/switch/relay-notes';

/** The relay of the caches' clients. */
export class CacheRelay implements OwnRelay {
  constructor(private readonly context: RedisContext) {}

  /** The notes name its port from when it begins until it is withdrawn, whatever becomes of the process. */
  async isMissing(): Promise<boolean> {
    if (this.context.relays.running !== undefined) return false;
    return (await readNotes(this.context))?.port !== undefined;
  }
}
