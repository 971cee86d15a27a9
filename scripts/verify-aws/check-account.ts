import { GetCallerIdentityCommand, type STSClient } from '@aws-sdk/client-sts';

/** @throws Error where the credentials are of another account than was typed: nothing is ever made in the wrong one. */
export async function checkAccount(sts: STSClient, account: string): Promise<string> {
  const { Account: found, Arn: arn = '' } = await sts.send(new GetCallerIdentityCommand({}));
  if (found !== account) {
    throw new Error(
      `--account: got ${account}, and the credentials at hand are of ${found} (${arn}). Take those of ${account}, or type the account that you mean.`,
    );
  }
  return arn;
}
