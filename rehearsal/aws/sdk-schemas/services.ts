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
  /** Loads the SDK client package; nothing is loaded before it is asked for. */
  readonly load: () => Promise<object>;
}

const service = (
  identifier: string,
  serviceId: string,
  load: () => Promise<object>,
  iamPrefix = identifier,
  signingName = iamPrefix,
): SdkServiceNames => ({ identifier, serviceId, iamPrefix, signingName, load });

/** Every service whose schemas are at hand, under Step Functions' identifier (the Java SDK's package name). */
export const SDK_SERVICES: readonly SdkServiceNames[] = [
  service(
    'applicationautoscaling',
    'Application Auto Scaling',
    () => import('@aws-sdk/client-application-auto-scaling'),
    'application-autoscaling',
  ),
  service('autoscaling', 'Auto Scaling', () => import('@aws-sdk/client-auto-scaling')),
  service('cloudwatch', 'CloudWatch', () => import('@aws-sdk/client-cloudwatch'), 'cloudwatch', 'monitoring'),
  service('ec2', 'EC2', () => import('@aws-sdk/client-ec2')),
  service('ecs', 'ECS', () => import('@aws-sdk/client-ecs')),
  service('elasticache', 'ElastiCache', () => import('@aws-sdk/client-elasticache')),
  service(
    'elasticloadbalancingv2',
    'Elastic Load Balancing v2',
    () => import('@aws-sdk/client-elastic-load-balancing-v2'),
    'elasticloadbalancing',
  ),
  service('eventbridge', 'EventBridge', () => import('@aws-sdk/client-eventbridge'), 'events'),
  service('iam', 'IAM', () => import('@aws-sdk/client-iam')),
  service('lambda', 'Lambda', () => import('@aws-sdk/client-lambda')),
  service('rds', 'RDS', () => import('@aws-sdk/client-rds')),
  service('route53', 'Route 53', () => import('@aws-sdk/client-route-53')),
  service('scheduler', 'Scheduler', () => import('@aws-sdk/client-scheduler')),
  service('secretsmanager', 'Secrets Manager', () => import('@aws-sdk/client-secrets-manager')),
  service('sfn', 'SFN', () => import('@aws-sdk/client-sfn'), 'states'),
  service('sns', 'SNS', () => import('@aws-sdk/client-sns')),
  service('ssm', 'SSM', () => import('@aws-sdk/client-ssm')),
];

export function findSdkService(identifier: string): SdkServiceNames | undefined {
  return SDK_SERVICES.find((candidate) => candidate.identifier === identifier);
}
