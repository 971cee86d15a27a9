import { nowMs, sleep } from '../../clock';
import { LoadClient, timesOf, type Workplace } from './load-client';

const LOCKS = 4;
/** Long enough for what is done under it, short enough that a holder's death is noticed. */
const TTL_MS = 5_000;
/** Deletes the lock only while it is this holder's own (Redis documentation, "Distributed locks"). */
const RELEASE = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) else return 0 end`;

/** Workers of which one at a time may run a job: `SET NX PX` with a fencing token from `INCR`. */
export class LockClient extends LoadClient {
  constructor(at: Workplace) {
    super('lock', at);
  }

  override async turn(): Promise<void> {
    const lock = `load:lock:${this.at.random.integer(LOCKS)}`;
    const holder = this.nextId();
    const acquired = await this.run((redis) => redis.set(lock, holder, 'PX', TTL_MS, 'NX'));
    // Without an answer it does not work: it cannot know. Should it hold the lock all the same, the lock runs out.
    if (acquired.state !== 'done' || acquired.value !== 'OK') return;
    const { sentMs, ackedMs, server } = acquired;
    this.at.reporter.reportNow({ type: 'hold', lock, holder, sentMs, ackedMs, ttlMs: TTL_MS, server });

    await this.takeToken(lock, holder);
    await sleep(this.at.random.between(2, 25));
    await this.release(lock, holder);
  }

  private async takeToken(lock: string, holder: string): Promise<void> {
    const key = lock.replace('lock', 'fence');
    const outcome = await this.run((redis) => redis.incr(key));
    const times = timesOf(outcome);
    if (!times) return;
    const value = outcome.state === 'done' ? outcome.value : undefined;
    this.report({ type: 'increment', kind: 'lock', key, ...(value !== undefined && { value }), ...times });
    if (outcome.state === 'done') {
      const { sentMs, ackedMs } = outcome;
      this.report({ type: 'fence', lock, holder, token: outcome.value, sentMs, ackedMs });
    }
  }

  private async release(lock: string, holder: string): Promise<void> {
    this.at.reporter.reportNow({ type: 'release', lock, holder, atMs: nowMs() });
    const outcome = await this.run((redis) => redis.eval(RELEASE, 1, lock, holder));
    if (outcome.state !== 'done') return;
    const { sentMs, ackedMs, server } = outcome;
    this.report({ type: 'other', kind: 'lock', sentMs, ackedMs, server });
  }
}
