import type { BatchJobDefinition } from '../../contract/batch';
import { MAX_PROBLEM, type Unready } from '../../contract/batch-handover';
import { readSecrets } from '../secrets';
import { SystemUser } from '../system-user';

/** What would keep the job from its first run here: looked at before it moves, for afterwards a slot is lost. */
export async function unreadyOf(job: BatchJobDefinition, region: string, passwd?: string): Promise<Unready> {
  const [secret, user] = await Promise.all([
    problemOf(() => readSecrets(job.secrets, region)),
    problemOf(() => SystemUser.named(job.user, passwd)),
  ]);
  return { ...(secret !== undefined && { secret }), ...(user !== undefined && { user }) };
}

async function problemOf(does: () => unknown): Promise<string | undefined> {
  try {
    await does();
    return undefined;
  } catch (error) {
    return (error as Error).message.slice(0, MAX_PROBLEM);
  }
}
