import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import type { Action } from './actions';
import { askedApproval } from './asked-approval';
import { askedConfirmation } from './asked-confirmation';
import { type Clients, readHolder, readJournal, readParameters } from './parameters';

export interface MigrationStatus {
  readonly migration: string;
  readonly phase: string;
  /** Who served when the last execution ended. */
  readonly serving?: string;
  readonly direction?: string;
  /** What `prepare` is converting, or was when it ended: `toInnoDb shop.orders, 3 of 12`. */
  readonly converting?: string;
  /** The execution that holds the migration, and how it is. */
  readonly execution?: string;
  readonly state?: string;
  /** What waits for a yes: `cutover`, or `retire`, which deletes blue. */
  readonly waitsForApproval?: Action;
  /** Which check waits for a person. */
  readonly waitsForConfirmation?: string;
}

export async function status({ ssm, sfn }: Clients, migration: string): Promise<MigrationStatus> {
  const parameters = await readParameters(ssm, migration);
  const journal = readJournal(parameters);
  const execution = readHolder(parameters) ?? journal?.execution;
  const described =
    execution === undefined ? undefined : await sfn.send(new DescribeExecutionCommand({ executionArn: execution }));
  return {
    migration,
    phase: journal?.phase ?? 'never started',
    serving: journal?.serving,
    direction: journal?.from === undefined ? undefined : `${journal.from} to ${journal.to}`,
    converting: journal?.conversion ?? undefined,
    execution,
    state: described?.status,
    waitsForApproval: (await askedApproval({ sfn }, parameters))?.action,
    waitsForConfirmation: (await askedConfirmation({ sfn }, parameters))?.check,
  };
}
