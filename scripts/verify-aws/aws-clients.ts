import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EC2Client } from '@aws-sdk/client-ec2';
import { Route53Client } from '@aws-sdk/client-route-53';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';

export interface AwsAccess {
  readonly region: string;
  /** @default - AWS's own */
  readonly endpoint?: string;
  /** @default - the SDK's own chain: environment, profile, role */
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken: string;
  };
}

export type AwsClients = ReturnType<typeof awsClients>;

/** The services that a night asks by itself. */
export function awsClients(access: AwsAccess) {
  // TestState is asked of sync-states.REGION.amazonaws.com; an endpoint of one's own has one name.
  const config = { ...access, disableHostPrefix: access.endpoint !== undefined };
  return {
    cloudformation: new CloudFormationClient(config),
    cloudwatch: new CloudWatchClient(config),
    ec2: new EC2Client(config),
    route53: new Route53Client(config),
    sfn: new SFNClient(config),
    ssm: new SSMClient(config),
    sts: new STSClient(config),
  };
}
