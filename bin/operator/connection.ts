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

/** What keeps the SDK from asking AWS at all, in our own words, with what to do. */
export function connectionProblem(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, message } = error;
  if (message === 'Region is missing') return 'No Region is stated. Give --region, or set AWS_REGION.';
  if (name === 'CredentialsProviderError') {
    return `No credentials were found: ${message.replace(/\.?$/, '.')} Give --profile, or sign in first: aws sso login.`;
  }
  if (/^(ExpiredToken|UnrecognizedClient|InvalidSignature|InvalidClientTokenId)/.test(name)) {
    return `AWS rejects the credentials (${name}). Sign in again: aws sso login, or look at --profile.`;
  }
  const host = /getaddrinfo \w+ (\S+)/.exec(message)?.[1];
  if (host !== undefined) return `${host} is not found. Look at --region, and whether this machine is online.`;
  return undefined;
}
