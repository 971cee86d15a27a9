import type { AgentRequest, VerbName, Verbs } from '../contract/agent';
import { AgentError } from './errors';
import type { Migration } from './migration';
import type { Report } from './verb';
import { verbs } from './verbs';

/** Runs verbs on the two sides of the migration. */
export class Executor {
  /** @param open opens the migration when it is first needed; rejects with an `AgentError` */
  constructor(private readonly open: () => Promise<Migration>) {}

  /** Rejects with an `AgentError`. */
  async execute<V extends VerbName>({ verb, args }: AgentRequest<V>, report: Report): Promise<Verbs[V]['result']> {
    const migration = await this.open();
    if (verbs[verb].begins) await migration.reload();
    try {
      return await migration.run(verb, args, report);
    } catch (error) {
      // The password may have been rotated since it was read. Nothing has been done yet: authentication comes first.
      const refused = error instanceof AgentError && error.name === 'Agent.AccessDenied' && !report.signal.aborted;
      if (!refused || !(await migration.reload())) throw error;
      return migration.run(verb, args, report);
    }
  }
}
