import { DescribeSecurityGroupRulesCommand } from '@aws-sdk/client-ec2';
import { confirmed, type Probe, refusalOf, refuted } from './probe';

export const ec2MalformedIds: Probe = {
  fact: 'ec2-malformed-ids',
  async observe({ clients }) {
    const asked = (id: string) => {
      const Filters = [{ Name: 'group-id', Values: [id] }];
      return refusalOf(clients.ec2.send(new DescribeSecurityGroupRulesCommand({ Filters })));
    };
    const malformed = await asked('none');
    const unknown = await asked('sg-00000000000000000');
    const what = `As a group-id, 'none' was answered with ${malformed ?? 'success'}, a well-formed id of nobody with ${unknown ?? 'success'}.`;
    return malformed === 'InvalidGroupId.Malformed' && unknown === undefined ? confirmed(what) : refuted(what);
  },
};
