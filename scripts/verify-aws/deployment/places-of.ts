import { type CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { namesOf, OUTPUTS, type Scenario } from '../app/scenario';
import type { Places } from '../night/observed';

/** What the deployed stack says of where things are. @throws Error where it lacks something */
export async function placesOf(cloudformation: CloudFormationClient, scenario: Scenario): Promise<Places> {
  const [StackName] = namesOf(scenario).stacks;
  const { Stacks = [] } = await cloudformation.send(new DescribeStacksCommand({ StackName }));
  const value = (key: string) => {
    const found = Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === key)?.OutputValue;
    if (found === undefined) throw new Error(`The stack ${StackName} has no output ${key}.`);
    return found;
  };
  return {
    zoneId: value(OUTPUTS.zoneId),
    zoneName: value(OUTPUTS.zoneName),
    scratchGroupId: value(OUTPUTS.scratchGroupId),
  };
}
