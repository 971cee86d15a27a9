import { LoadClient, timesOf, type Workplace } from './load-client';

export const QUEUES = ['load:queue:mail', 'load:queue:thumbnails'] as const;

/** Puts jobs on queues; every one must be done once. */
export class QueueProducer extends LoadClient {
  constructor(at: Workplace) {
    super('queue', at);
  }

  override async turn(): Promise<void> {
    const queue = this.at.random.pick(QUEUES);
    const job = this.nextId();
    const outcome = await this.run((redis) => redis.lpush(queue, job));
    const times = timesOf(outcome);
    if (times) this.at.reporter.reportNow({ type: 'push', queue, job, ...times });
  }
}
