import type { Action } from '../actions';
import { movesJobs, readParameters } from '../parameters';
import { type Plan, plan } from './plan';
import { type JobsPlan, planJobs } from './plan-jobs';

/** Of clients that move, or of cron jobs. */
export async function planAny(
  clients: Parameters<typeof plan>[0],
  migration: string,
  action: Action,
): Promise<Plan | JobsPlan> {
  const ofJobs = movesJobs(await readParameters(clients.ssm, migration));
  return (ofJobs ? planJobs : plan)(clients, migration, action);
}
