import {
  type ExecutionListItem,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  type SFNClient,
} from '@aws-sdk/client-sfn';
import type { PartsOfPhases } from '../../../rehearsal/testbed/parts-of-phases';
import { ExecutionProgress } from '../watch/execution-progress';

/** How many of the newest executions are read: a long history has 25 pages. */
const MAX_READ = 10;

/** An execution that has ended, and how it went. */
export interface PastExecution {
  readonly action?: string;
  readonly status: string;
  readonly endedAt?: Date;
  /** How long each phase took that did not fail. */
  readonly lastedMs: ReadonlyMap<string, number>;
}

/** The newest first. */
export async function pastExecutions(
  sfn: SFNClient,
  stateMachineArn: string,
  parts: PartsOfPhases,
  maxResults = MAX_READ,
): Promise<PastExecution[]> {
  const { executions = [] } = await sfn.send(new ListExecutionsCommand({ stateMachineArn, maxResults }));
  const past: PastExecution[] = [];
  for (const execution of executions) {
    if (execution.status !== 'RUNNING') past.push(await read(sfn, execution, parts));
  }
  return past;
}

/** How long a phase took where it did not fail; undefined where none went through it. */
export function medianMs(past: readonly PastExecution[], phase: string): number | undefined {
  const lasted = past.map(({ lastedMs }) => lastedMs.get(phase)).filter((ms) => ms !== undefined);
  return lasted.toSorted((one, other) => one - other)[Math.floor(lasted.length / 2)];
}

async function read(
  sfn: SFNClient,
  { executionArn, status, stopDate }: ExecutionListItem,
  parts: PartsOfPhases,
): Promise<PastExecution> {
  const progress = new ExecutionProgress(parts);
  for await (const event of historyOf(sfn, executionArn)) progress.see(event);
  const { action, steps } = progress;
  const lastedMs = new Map<string, number>();
  for (const { of, startedAt, endedAt, failed } of steps) {
    if (of.part !== 'own' || failed || endedAt === undefined) continue;
    lastedMs.set(of.phase, endedAt.getTime() - startedAt.getTime());
  }
  return {
    status: String(status),
    lastedMs,
    ...(action !== undefined && { action }),
    ...(stopDate !== undefined && { endedAt: stopDate }),
  };
}

/** Its events, from the first on. */
export async function* historyOf(sfn: SFNClient, executionArn: string | undefined): AsyncGenerator<HistoryEvent> {
  let nextToken: string | undefined;
  do {
    const page = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1_000, nextToken }));
    yield* page.events ?? [];
    nextToken = page.nextToken;
  } while (nextToken !== undefined);
}
