import type { IRole } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { acknowledge } from '../annotations';
import { acknowledgeWildcard } from '../permissions/wildcard-findings';

/** Answers what cdk-nag asks of the migration host. */
export function acknowledgeHostFindings(host: Construct, role: IRole): void {
  acknowledge(
    host,
    'AwsSolutions-EC29',
    'The host keeps nothing that cannot be read again; protection would only keep CloudFormation from removing it.',
  );
  acknowledgeWildcard(
    role,
    '*',
    'The ssmmessages actions and logs:DescribeLogGroups know no resources, and ssm:UpdateInstanceInformation none but the instance, which is made after its role.',
  );
}
