import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import type { MigrationManifest } from '../../../contract/manifest';
import { partsOfPhases } from '../../../rehearsal/testbed/parts-of-phases';
import { askedApproval } from '../asked-approval';
import { askedConfirmation } from '../asked-confirmation';
import { manifest } from '../manifest';
import { type Clients, readHolder, readJournal, readParameters, stateMachineOf } from '../parameters';
import { medianMs, pastExecutions } from '../plan/past-executions';
import { Background } from './background';
import { ending } from './ending';
import { type ExecutionEnd, ExecutionProgress } from './execution-progress';
import { followExecution } from './follow-execution';
import type { ExecutionView, Picture, Waiting } from './view';
import type { Vitals } from './vital-signs';

export interface WatchRequest {
  readonly migration: string;
  /** @default - the execution that has the migration, or had it last */
  readonly execution?: string;
  readonly view: ExecutionView;
  /** Between two questions. @default - 2 s */
  readonly wait?: () => Promise<unknown>;
  /** Lag, connections, and how far the copy is. @default - they are not shown */
  readonly vitals?: (read: MigrationManifest) => Promise<Vitals>;
}

/** CloudWatch has a figure a minute. */
const VITALS_EVERY_MS = 10_000;
/** Histories are long: the newest tell enough of how long a phase takes. */
const LEARNT_FROM = 3;

/**
 * Follows an execution until it has ended, and says who serves then.
 *
 * @returns how it ended
 */
export async function watch(
  clients: Clients & { readonly cloudformation: CloudFormationClient },
  { migration, execution: named, view, wait, vitals }: WatchRequest,
): Promise<ExecutionEnd> {
  const parameters = await readParameters(clients.ssm, migration);
  const execution = named ?? readHolder(parameters) ?? readJournal(parameters)?.execution;
  if (execution === undefined) {
    throw new Error(`${migration} was never started. Start an execution: cutover start ${migration} preflight`);
  }
  const { read } = await manifest(clients, migration);
  const parts = partsOfPhases(read);
  const progress = new ExecutionProgress(parts);
  const { arn } = stateMachineOf(parameters, migration);
  const missing = (what: string) => (problem: Error) => view.note(`${what} not shown: ${problem.message}`);
  const signs = vitals && new Background(() => vitals(read), VITALS_EVERY_MS, missing('Lag and connections are'));
  const past = new Background(
    () => pastExecutions(clients.sfn, arn, parts, LEARNT_FROM),
    Number.POSITIVE_INFINITY,
    missing('How long phases took before is'),
  );
  const picture = (waiting: readonly Waiting[]): Picture => {
    const { action, steps, current, doing, weights } = progress;
    const alike = (past.value() ?? []).filter((execution) => execution.action === action);
    const expectedMs = current === undefined ? undefined : medianMs(alike, current.of.phase);
    const seen = signs?.value();
    return {
      migration,
      steps,
      doing,
      weights,
      waiting,
      ...(action !== undefined && { action }),
      ...(current !== undefined && { current }),
      ...(seen !== undefined && { vitals: seen }),
      ...(expectedMs !== undefined && { expectedMs }),
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
  for (const each of [signs, past]) each?.end();
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
