import { sleep } from '../../clock';
import { LoadClient, type Workplace } from './load-client';
import { QUEUES } from './queue-producer';

/** How long the server holds an empty-handed pop, in seconds; a client that is to stop waits no longer. */
const BLOCK_SECONDS = 1;

/** Takes jobs off queues as they come. */
export class QueueConsumer extends LoadClient {
  constructor(
    at: Workplace,
    private readonly commandTimeoutMs: number,
  ) {
    super('queue', at);
  }

  override async turn(): Promise<void> {
    // Each of several consumers begins at another queue, or the first would starve the second.
    const queues = this.at.random.chance(0.5) ? [...QUEUES] : [...QUEUES].reverse();
    const timeoutMs = BLOCK_SECONDS * 1000 + this.commandTimeoutMs;
    const { connection, reporter } = this.at;
    const outcome = await connection.run((redis) => redis.brpop(queues, BLOCK_SECONDS), timeoutMs);
    reporter.count('queue', undefined, outcome);
    if (outcome.state === 'done') {
      if (!outcome.value) return;
      const [queue, job] = outcome.value;
      const { sentMs, ackedMs, server } = outcome;
      reporter.reportNow({ type: 'pop', queue, job, sentMs, ackedMs, server });
      return;
    }
    if (outcome.state === 'unknown') {
      const { sentMs, failedMs, server } = outcome;
      // The server may have handed out a job whose answer was lost with the connection.
      reporter.reportNow({ type: 'pop', queue: '', sentMs, failedMs, server });
    }
    await sleep(20);
  }
}
