import type { AwsEnvironment } from '../environment';
import type { AwsService } from '../service';
import { SecurityGroupApi } from './security-group-api';
import { SecurityGroups } from './security-groups';

/** EC2, as far as a cutover touches it: security groups. */
export class Ec2 implements AwsService {
  readonly identifier = 'ec2';
  readonly securityGroups: SecurityGroups;
  readonly operations: AwsService['operations'];

  constructor(environment: AwsEnvironment) {
    this.securityGroups = new SecurityGroups(environment);
    this.operations = new SecurityGroupApi(environment, this.securityGroups).operations;
  }
}
