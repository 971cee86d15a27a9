import type { Action } from './actions';
import { type Parameters, readJournal } from './parameters';

/** What changes production, as sentences that go on from the action. The others look. */
const MEANS: Partial<Record<Action, string>> = {
  cutover: 'moves the clients to green. Workloads stop, and clients cannot write until the record has changed.',
  rollback: 'moves the clients back to blue. Workloads stop, and clients cannot write until the record has changed.',
  recover:
    'puts back what an interrupted execution left: until clients were let in on the new side it returns them, after that it resumes what was stopped.',
  retire: 'deletes blue after a last snapshot. After it there is no rollback.',
};

/** The same, of cron jobs. */
const MEANS_OF_JOBS: typeof MEANS = {
  cutover: 'moves jobs to the new host. Each takes some minutes, and no slot is lost.',
  rollback: 'moves jobs back to the old server.',
  recover: 'finishes what an interrupted execution left of jobs: each ends on one of the two hosts.',
  retire: 'takes the lines of proved jobs off the old server. After it there is no rollback of these.',
};

/** What an action changes of production; undefined where nothing. */
export const whatItMeans = (action: Action, ofJobs: boolean) => (ofJobs ? MEANS_OF_JOBS : MEANS)[action];

/** Who serves, as people are told before they say yes. */
export const activeSide = (parameters: Parameters) =>
  ['Active side', readJournal(parameters)?.serving ?? 'blue: the migration was never started'] as const;
