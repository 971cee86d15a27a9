import type { AwsEnvironment } from '../environment';
import type { AwsService } from '../service';
import { Instances } from './instances';
import { NetworkInterfaces } from './network-interfaces';
import { SecurityGroupApi } from './security-group-api';
import { SecurityGroups } from './security-groups';
import { Vpcs } from './vpcs';

/** EC2, as far as a cutover touches it, or an operator asks who is there: security groups, instances, interfaces, VPCs. */
export class Ec2 implements AwsService {
  readonly identifier = 'ec2';
  readonly securityGroups: SecurityGroups;
  readonly instances: Instances;
  readonly networkInterfaces = new NetworkInterfaces();
  readonly vpcs = new Vpcs();
  readonly operations: AwsService['operations'];

  constructor(environment: AwsEnvironment) {
    this.securityGroups = new SecurityGroups(environment);
    this.instances = new Instances();
    this.operations = {
      ...new SecurityGroupApi(environment, this.securityGroups).operations,
      ...this.instances.operations,
      ...this.networkInterfaces.operations,
      ...this.vpcs.operations,
    };
  }
}
