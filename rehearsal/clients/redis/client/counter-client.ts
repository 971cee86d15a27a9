import { LoadClient, timesOf, type Workplace } from './load-client';

const COUNTERS = 20;

/** Rate limits and sequence numbers: increments that must all be there in the end. */
export class CounterClient extends LoadClient {
  constructor(at: Workplace) {
    super('counter', at);
  }

  override async turn(): Promise<void> {
    const key = `load:counter:${this.at.random.integer(COUNTERS)}`;
    const outcome = await this.run((redis) => redis.incr(key));
    const times = timesOf(outcome);
    if (!times) return;
    this.report({
      type: 'increment',
      kind: 'counter',
      key,
      ...(outcome.state === 'done' && { value: outcome.value }),
      ...times,
    });
  }
}
