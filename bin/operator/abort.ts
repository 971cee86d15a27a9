import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DescribeExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { MigrationManifest } from '../../contract/manifest';
import { partsOfPhases } from '../../rehearsal/testbed/parts-of-phases';
import type { Consent } from './consent';
import { manifest } from './manifest';
import { type Clients, movesJobs, readHolder, readJournal, readParameters, stateMachineOf } from './parameters';
import { historyOf } from './plan/past-executions';
import { ExecutionProgress } from './watch/execution-progress';
import { activeSide } from './what-it-means';

export interface Aborted {
  readonly migration: string;
  readonly execution: string;
  readonly stopped: string;
  readonly next: string;
}

/** Who stops it, and why: both go into the execution's history. */
export interface AbortReason {
  readonly by: string;
  readonly reason: string;
}

/**
 * Stops the execution that runs. StopExecution runs no Catch: a recovery starts by itself, and what it will do is said before.
 *
 * @see docs/aws-facts.md#sfn-stop-runs-no-catch
 */
export async function abort(
  clients: Clients & { readonly cloudformation: CloudFormationClient },
  migration: string,
  { by, reason }: AbortReason,
  consent: Consent,
): Promise<Aborted> {
  const parameters = await readParameters(clients.ssm, migration);
  const place = stateMachineOf(parameters, migration);
  if (movesJobs(parameters)) {
    throw new Error(
      `${migration} moves jobs, each within some minutes, and a job that fails returns by itself: wait, then move jobs back: cutover start ${migration} rollback --jobs NAME`,
    );
  }
  const execution = readHolder(parameters);
  const described = execution && (await clients.sfn.send(new DescribeExecutionCommand({ executionArn: execution })));
  if (!described || execution === undefined || described.status !== 'RUNNING') {
    throw new Error(
      `${migration} has no execution that runs: there is nothing to abort. See: cutover status ${migration}`,
    );
  }
  const { read } = await manifest(clients, migration);
  const progress = new ExecutionProgress(partsOfPhases(read));
  for await (const event of historyOf(clients.sfn, execution)) progress.see(event);
  const { action = 'the execution', current } = progress;
  await consent({
    migration,
    ...place,
    asked: 'abort',
    means: `stops ${action}. ${recoveryAfter(read, progress, readJournal(parameters)?.from)}`,
    facts: [activeSide(parameters), ['Execution', execution], ['Phase', current?.name ?? 'between two phases']],
  });
  await clients.sfn.send(
    new StopExecutionCommand({ executionArn: execution, error: 'Aborted', cause: `${by}: ${reason}` }),
  );
  return {
    migration,
    execution,
    stopped: action,
    next: `A recovery starts by itself within five minutes and says where clients are. Follow it: cutover watch ${migration}`,
  };
}

/** What a recovery does with what the execution has begun, by the phase that was reached last. */
export function recoveryAfter(
  { phases, errands, retire, states }: Pick<MigrationManifest, 'phases' | 'errands' | 'retire' | 'states'>,
  { steps }: Pick<ExecutionProgress, 'steps'>,
  from = 'blue',
): string {
  const begun = steps.filter(({ of }) => of.part !== 'look').map(({ of }) => of.phase);
  if (retire.some(({ name, role }) => role === 'retire' && begun.includes(name))) {
    return 'What is deleted of blue stays deleted, and nobody moves: start retire again for the rest.';
  }
  const journalled = [...phases, ...errands].filter((phase) => phase.states.journal !== undefined);
  const reached = begun.findLast((name) => journalled.some((phase) => phase.name === name));
  const phase = journalled.find(({ name }) => name === reached);
  if (phase === undefined) return 'It has changed nothing that would be put back.';
  const resume = phases.findIndex(({ role }) => role === 'resume');
  if (resume !== -1 && phases.findIndex(({ name }) => name === phase.name) >= resume) {
    return 'Clients have moved for good: a recovery starts by itself, resumes what was stopped, and moves nobody.';
  }
  const undos = (phase.onFailure ?? []).filter((state) => journalled.some(({ states: { undo } }) => undo === state));
  return undos.length === 0
    ? `It has changed nothing that would be put back. Clients are on ${from}.`
    : `A recovery starts by itself and puts back what it changed (${undos.join(', ')}): clients end on ${from}. If they cannot, it ends in ${states.recoveryNeeded} and says so.`;
}
