import type { AwsEnvironment } from '../environment';
import type { AwsService } from '../service';
import { Instances } from './instances';
import { SecurityGroupApi } from './security-group-api';
import { SecurityGroups } from './security-groups';

export interface Ec2Props {
  /** How old an answer is that describes the rules of a group, in milliseconds. @default - as of now */
  readonly rulesSeenAfterMs?: () => number;
}

/** EC2, as far as a cutover touches it: security groups and instances. */
export class Ec2 implements AwsService {
  readonly identifier = 'ec2';
  readonly securityGroups: SecurityGroups;
  readonly instances: Instances;
  readonly operations: AwsService['operations'];

  constructor(environment: AwsEnvironment, { rulesSeenAfterMs }: Ec2Props = {}) {
    this.securityGroups = new SecurityGroups(environment, rulesSeenAfterMs);
    this.instances = new Instances();
    this.operations = {
      ...new SecurityGroupApi(environment, this.securityGroups).operations,
      ...this.instances.operations,
    };
  }
}
