import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import type { Action } from './actions';
import type { Clients } from './parameters';

/** What an execution waits for a yes to, in its parameter. */
export interface AskedApproval {
  readonly token: string;
  readonly execution: string;
  /** `cutover`, or `retire`, which deletes blue. */
  readonly action: Action;
}

/** `undefined` where nothing waits: it was answered, or its execution has ended. */
export async function askedApproval(
  { sfn }: Pick<Clients, 'sfn'>,
  parameters: Record<string, string>,
): Promise<AskedApproval | undefined> {
  const { token, execution, action } = JSON.parse(parameters.approval ?? '{}') as Partial<AskedApproval>;
  if (token === undefined || execution === undefined || action === undefined) return undefined;
  const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn: execution }));
  return status === 'RUNNING' ? { token, execution, action } : undefined;
}
