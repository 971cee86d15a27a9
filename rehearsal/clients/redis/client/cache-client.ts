import { LoadClient, timesOf, type Workplace } from './load-client';

const ENTRIES = 4_000;

/** A query cache: what is not there is computed and kept for some seconds. The same query always has the same result. */
export class CacheClient extends LoadClient {
  constructor(at: Workplace) {
    super('cache', at);
  }

  override async turn(): Promise<void> {
    const { random } = this.at;
    const query = random.integer(ENTRIES);
    const key = `load:cache:${query}`;
    const result = `result-${query}`;
    const read = await this.run((redis) => redis.get(key));
    if (read.state !== 'done') return;
    const found = read.value?.split('|', 1)[0] ?? null;
    if (found === result) return;
    if (found !== null) {
      const { sentMs, server } = read;
      this.report({ type: 'stale', kind: 'cache', key, expected: result, found, sentMs, server });
    }
    const ttlMs = random.between(2_000, 60_000);
    const write = await this.run((redis) => redis.set(key, `${result}|${'c'.repeat(100)}`, 'PX', ttlMs));
    const times = timesOf(write);
    if (times) this.report({ type: 'write', kind: 'cache', key, holds: 'string', id: result, ttlMs, ...times });
  }
}
