import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { partsOfPhases } from '../../../rehearsal/testbed/parts-of-phases';
import { askedApproval } from '../asked-approval';
import { askedConfirmation } from '../asked-confirmation';
import { manifest } from '../manifest';
import { type Clients, readHolder, readJournal, readParameters } from '../parameters';
import { ending } from './ending';
import { type ExecutionEnd, ExecutionProgress } from './execution-progress';
import { followExecution } from './follow-execution';
import type { ExecutionView, Picture, Waiting } from './view';

export interface WatchRequest {
  readonly migration: string;
  /** @default - the execution that has the migration, or had it last */
  readonly execution?: string;
  readonly view: ExecutionView;
  /** Between two questions. @default - 2 s */
  readonly wait?: () => Promise<unknown>;
}

/**
 * Follows an execution until it has ended, and says who serves then.
 *
 * @returns how it ended
 */
export async function watch(
  clients: Clients & { readonly cloudformation: CloudFormationClient },
  { migration, execution: named, view, wait }: WatchRequest,
): Promise<ExecutionEnd> {
  const parameters = await readParameters(clients.ssm, migration);
  const execution = named ?? readHolder(parameters) ?? readJournal(parameters)?.execution;
  if (execution === undefined) {
    throw new Error(`${migration} was never started. Start an execution: cutover start ${migration} preflight`);
  }
  const { read } = await manifest(clients, migration);
  const progress = new ExecutionProgress(partsOfPhases(read));
  const picture = (waiting: readonly Waiting[]): Picture => {
    const { action, steps, current, doing, weights } = progress;
    return {
      migration,
      steps,
      doing,
      weights,
      waiting,
      ...(action !== undefined && { action }),
      ...(current !== undefined && { current }),
    };
  };
  await followExecution({
    sfn: clients.sfn,
    execution,
    progress,
    tell: async () => {
      if (progress.end === undefined) view.update(picture(await waitsFor(clients, migration, progress)));
    },
    unanswered: ({ name, message }) => view.note(`AWS did not answer, and is asked again: ${name}: ${message}`),
    ...(wait !== undefined && { wait }),
  });
  const { end, action } = progress;
  if (end === undefined) throw new Error(`The history of ${execution} has no end.`);
  const activeSide = readJournal(await readParameters(clients.ssm, migration))?.serving;
  const facts = {
    migration,
    end,
    ...(action !== undefined && { action }),
    ...(activeSide !== undefined && { activeSide }),
  };
  view.finish(picture([]), ending(facts));
  return end;
}

/** What a person is asked: only phases that ask somebody are looked at. */
async function waitsFor(
  clients: Clients,
  migration: string,
  { current }: ExecutionProgress,
): Promise<readonly Waiting[]> {
  const role = current?.of.role;
  if (role !== 'approve' && role !== 'check' && role !== 'proof') return [];
  const parameters = await readParameters(clients.ssm, migration);
  const [approval, confirmation] = await Promise.all([
    askedApproval(clients, parameters),
    askedConfirmation(clients, parameters),
  ]);
  const retire = approval?.action === 'retire' ? ' --retire' : '';
  return [
    ...(approval === undefined
      ? []
      : [{ what: 'Waits for approval', command: `cutover approve ${migration}${retire}` }]),
    ...(confirmation === undefined
      ? []
      : [{ what: 'Waits for a person', command: `cutover confirm ${migration} '${confirmation.check}'` }]),
  ];
}
