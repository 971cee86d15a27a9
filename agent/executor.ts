import type { AgentRequest, VerbName, Verbs } from './contract';
import { AgentError } from './errors';
import type { Caches } from './redis/caches';
import type { Report } from './verb';
import { verbs } from './verbs';

/** Runs verbs on the caches of the migration. */
export class Executor {
  /** @param caches opens them when they are first needed; rejects with an `AgentError` */
  constructor(private readonly caches: () => Promise<Caches>) {}

  /** Rejects with an `AgentError`. */
  async execute<V extends VerbName>({ verb, args }: AgentRequest<V>, report: Report): Promise<Verbs[V]['result']> {
    const { run, begins } = verbs[verb];
    const caches = await this.caches();
    if (begins) await caches.reload();
    try {
      return await run(caches, args, report);
    } catch (error) {
      // The password may have been rotated since it was read. Nothing has been done yet: authentication comes first.
      const refused = error instanceof AgentError && error.name === 'Agent.AccessDenied' && !report.signal.aborted;
      if (!refused || !(await caches.reload())) throw error;
      return run(caches, args, report);
    }
  }
}
