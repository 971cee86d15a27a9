import { paginateDescribeParameters, type SSMClient } from '@aws-sdk/client-ssm';

export const PREFIX = '/cdk-cutover';
const MARK = '/state-machine';

/**
 * The migrations of the account and Region, by the names of their parameters. Values are not read: somebody who may operate
 * one migration may not read those of another, and still gets to know what it is called.
 *
 * @see docs/aws-facts.md#ssm-describe-parameters
 */
export async function migrationNames(client: SSMClient): Promise<string[]> {
  const names: string[] = [];
  const below = { Key: 'Path', Option: 'Recursive', Values: [PREFIX] };
  for await (const { Parameters = [] } of paginateDescribeParameters({ client }, { ParameterFilters: [below] })) {
    for (const { Name = '' } of Parameters) {
      if (Name.endsWith(MARK)) names.push(Name.slice(PREFIX.length + 1, -MARK.length));
    }
  }
  return names.toSorted();
}
