import type { AwsEnvironment } from '../environment';
import type { AwsService } from '../service';
import { Instances } from './instances';
import { SecurityGroupApi } from './security-group-api';
import { SecurityGroups } from './security-groups';

/** EC2, as far as a cutover touches it: security groups and instances. */
export class Ec2 implements AwsService {
  readonly identifier = 'ec2';
  readonly securityGroups: SecurityGroups;
  readonly instances: Instances;
  readonly operations: AwsService['operations'];

  constructor(environment: AwsEnvironment) {
    this.securityGroups = new SecurityGroups(environment);
    this.instances = new Instances();
    this.operations = {
      ...new SecurityGroupApi(environment, this.securityGroups).operations,
      ...this.instances.operations,
    };
  }
}
