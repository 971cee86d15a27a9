import type { Databases } from '../sql/databases';
import type { Verb } from '../verb';
import { resumeFollowing, secondsBehind } from './converting/following-blue';
import { Following } from './following';

/** Has the converting replica follow blue again. Idempotent. */
export const resumereplica: Verb<Databases, 'mysql.resumereplica'> = async (databases, { timeoutSeconds }, report) =>
  Following.open(databases, { from: 'blue', to: 'converting' }, 'resumereplica', async (following) => {
    report.progress({ phase: 'Having the converting replica follow blue again', done: 0 });
    await resumeFollowing(following, timeoutSeconds, report.signal);
    return { replicating: true, lagSeconds: await secondsBehind(following, databases.endpoints.blue) };
  });
