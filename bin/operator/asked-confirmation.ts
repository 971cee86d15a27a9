import { DescribeExecutionCommand } from '@aws-sdk/client-sfn';
import type { Clients } from './parameters';

/** A check that a person makes, in its parameter. */
export interface AskedConfirmation {
  readonly token: string;
  readonly execution: string;
  readonly check: string;
  readonly instructions?: string;
}

/** `undefined` where nothing waits: it was answered, or its execution has ended. */
export async function askedConfirmation(
  { sfn }: Pick<Clients, 'sfn'>,
  parameters: Record<string, string>,
): Promise<AskedConfirmation | undefined> {
  const asked = JSON.parse(parameters.confirmation ?? '{}') as Partial<AskedConfirmation>;
  const { token, execution, check } = asked;
  if (token === undefined || execution === undefined || check === undefined) return undefined;
  const { status } = await sfn.send(new DescribeExecutionCommand({ executionArn: execution }));
  return status === 'RUNNING' ? { ...asked, token, execution, check } : undefined;
}
