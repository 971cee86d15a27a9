import { EC2, json, LAMBDA, query, type Refusals, SNS, SSM, SYNTHETICS } from './refusals';
import * as route53resolver from './route53resolver';
import * as synthetics from './synthetics';

/** An AWS service as Step Functions, IAM and the SDK each call it. */
export interface SdkServiceNames {
  /** In a resource ARN: `arn:aws:states:::aws-sdk:<identifier>:…`. */
  readonly identifier: string;
  /** The SDK's service id, from which error names are made. */
  readonly serviceId: string;
  /** The prefix of its IAM actions. */
  readonly iamPrefix: string;
  /** The name in a signature's credential scope. */
  readonly signingName: string;
  /** How its requests are written. */
  readonly protocol: 'json' | 'query' | 'rest';
  readonly refusals: Refusals;
  /** Loads the SDK client package; nothing is loaded before it is asked for. */
  readonly load: () => Promise<object>;
}

interface ServiceRow extends Pick<SdkServiceNames, 'serviceId' | 'protocol' | 'refusals' | 'load'> {
  /** @default - the identifier */
  readonly iamPrefix?: string;
  /** @default - the IAM prefix */
  readonly signingName?: string;
}

const service = (
  identifier: string,
  { iamPrefix = identifier, signingName = iamPrefix, ...row }: ServiceRow,
): SdkServiceNames => ({
  identifier,
  iamPrefix,
  signingName,
  ...row,
});

/** Every service whose schemas are at hand, under Step Functions' identifier (the Java SDK's package name). */
export const SDK_SERVICES: readonly SdkServiceNames[] = [
  service('applicationautoscaling', {
    serviceId: 'Application Auto Scaling',
    protocol: 'json',
    refusals: json('ValidationException'),
    iamPrefix: 'application-autoscaling',
    load: () => import('@aws-sdk/client-application-auto-scaling'),
  }),
  service('autoscaling', {
    serviceId: 'Auto Scaling',
    protocol: 'query',
    refusals: query('ValidationError'),
    load: () => import('@aws-sdk/client-auto-scaling'),
  }),
  service('cloudformation', {
    serviceId: 'CloudFormation',
    protocol: 'query',
    refusals: query('ValidationError'),
    load: () => import('@aws-sdk/client-cloudformation'),
  }),
  service('cloudwatch', {
    serviceId: 'CloudWatch',
    protocol: 'json',
    refusals: query('ValidationError'),
    signingName: 'monitoring',
    load: () => import('@aws-sdk/client-cloudwatch'),
  }),
  service('cloudwatchlogs', {
    serviceId: 'CloudWatch Logs',
    protocol: 'json',
    refusals: json('InvalidParameterException'),
    iamPrefix: 'logs',
    load: () => import('@aws-sdk/client-cloudwatch-logs'),
  }),
  service('ec2', { serviceId: 'EC2', protocol: 'query', refusals: EC2, load: () => import('@aws-sdk/client-ec2') }),
  service('ecs', {
    serviceId: 'ECS',
    protocol: 'json',
    refusals: json('InvalidParameterException'),
    load: () => import('@aws-sdk/client-ecs'),
  }),
  service('elasticache', {
    serviceId: 'ElastiCache',
    protocol: 'query',
    refusals: query('InvalidParameterValueException'),
    load: () => import('@aws-sdk/client-elasticache'),
  }),
  service('elasticloadbalancingv2', {
    serviceId: 'Elastic Load Balancing v2',
    protocol: 'query',
    refusals: query('ValidationError'),
    iamPrefix: 'elasticloadbalancing',
    load: () => import('@aws-sdk/client-elastic-load-balancing-v2'),
  }),
  service('eventbridge', {
    serviceId: 'EventBridge',
    protocol: 'json',
    refusals: json('ValidationException'),
    iamPrefix: 'events',
    load: () => import('@aws-sdk/client-eventbridge'),
  }),
  service('iam', {
    serviceId: 'IAM',
    protocol: 'query',
    refusals: query('InvalidInputException'),
    load: () => import('@aws-sdk/client-iam'),
  }),
  service('kms', {
    serviceId: 'KMS',
    protocol: 'json',
    refusals: json('ValidationException'),
    load: () => import('@aws-sdk/client-kms'),
  }),
  service('lambda', {
    serviceId: 'Lambda',
    protocol: 'rest',
    refusals: LAMBDA,
    load: () => import('@aws-sdk/client-lambda'),
  }),
  service('rds', {
    serviceId: 'RDS',
    protocol: 'query',
    refusals: { ...query('InvalidParameterValue'), keyDenied: { code: 'KMSKeyNotAccessibleFault', httpStatus: 400 } },
    load: () => import('@aws-sdk/client-rds'),
  }),
  service('route53', {
    serviceId: 'Route 53',
    protocol: 'rest',
    refusals: query('InvalidInput', 'ThrottlingException'),
    load: () => import('@aws-sdk/client-route-53'),
  }),
  service('route53resolver', {
    serviceId: 'Route53Resolver',
    protocol: 'json',
    refusals: json('InvalidParameterException'),
    load: async () => route53resolver,
  }),
  service('scheduler', {
    serviceId: 'Scheduler',
    protocol: 'rest',
    refusals: json('ValidationException'),
    load: () => import('@aws-sdk/client-scheduler'),
  }),
  service('secretsmanager', {
    serviceId: 'Secrets Manager',
    protocol: 'json',
    refusals: json('ValidationException'),
    load: () => import('@aws-sdk/client-secrets-manager'),
  }),
  service('sfn', {
    serviceId: 'SFN',
    protocol: 'json',
    refusals: json('ValidationException'),
    iamPrefix: 'states',
    load: () => import('@aws-sdk/client-sfn'),
  }),
  service('sns', { serviceId: 'SNS', protocol: 'query', refusals: SNS, load: () => import('@aws-sdk/client-sns') }),
  service('synthetics', {
    serviceId: 'synthetics',
    protocol: 'rest',
    refusals: SYNTHETICS,
    load: async () => synthetics,
  }),
  service('sts', {
    serviceId: 'STS',
    protocol: 'query',
    refusals: query('ValidationError'),
    load: () => import('@aws-sdk/client-sts'),
  }),
  service('ssm', { serviceId: 'SSM', protocol: 'json', refusals: SSM, load: () => import('@aws-sdk/client-ssm') }),
];

export function findSdkService(identifier: string): SdkServiceNames | undefined {
  return SDK_SERVICES.find((candidate) => candidate.identifier === identifier);
}
