import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { Route53Client } from '@aws-sdk/client-route-53';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SFNClient } from '@aws-sdk/client-sfn';
import { SSMClient } from '@aws-sdk/client-ssm';

/** Which account and Region are asked. */
export interface ConnectionOptions {
  /** @default - AWS_REGION, or the profile's own */
  readonly region?: string;
  /** @default - AWS_PROFILE, or whatever credentials the SDK finds */
  readonly profile?: string;
}

/** Made at the first use: `cutover --help` and `cutover rehearse` need no AWS account. */
export function connect({ region, profile }: ConnectionOptions) {
  const where = { ...(region !== undefined && { region }), ...(profile !== undefined && { profile }) };
  return {
    /** For clients of services that few commands ask. */
    where,
    ssm: new SSMClient(where),
    sfn: new SFNClient(where),
    cloudformation: new CloudFormationClient(where),
    route53: new Route53Client(where),
    scheduler: new SchedulerClient(where),
  };
}
