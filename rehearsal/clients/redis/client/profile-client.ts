import { LoadClient, timesOf, type Workplace } from './load-client';

const PROFILES = 300;

/** Pages that every host may write: the keys on which two sides can be written at one time. */
export class ProfileClient extends LoadClient {
  constructor(at: Workplace) {
    super('profile', at);
  }

  override async turn(): Promise<void> {
    const { random } = this.at;
    const key = `load:profile:${random.integer(PROFILES)}`;
    if (random.chance(0.5)) {
      await this.run((redis) => redis.get(key));
      return;
    }
    const id = this.nextId();
    const outcome = await this.run((redis) => redis.set(key, `${id}|${'p'.repeat(random.between(20, 200))}`));
    const times = timesOf(outcome);
    if (times) this.report({ type: 'write', kind: 'profile', key, holds: 'string', id, ...times });
  }
}
