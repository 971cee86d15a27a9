/** How a task is carried out, as its resource ARN says. */
export type Integration =
  /** Waits for a worker to take it, then for the worker's answer. */
  | { readonly kind: 'activity'; readonly arn: string }
  | { readonly kind: 'lambda'; readonly arn: string }
  | {
      readonly kind: 'service';
      readonly arn: string;
      /** As history has it: `aws-sdk:route53`, or `sns` for an optimized integration. */
      readonly resourceType: string;
      /** As history has it, pattern included: `publish.waitForTaskToken`. */
      readonly resource: string;
      /** The service's name alone: `route53`, `sns`. */
      readonly service: string;
      /** The action's name alone: `changeResourceRecordSets`, `publish`. */
      readonly action: string;
      readonly pattern: 'requestResponse' | 'waitForTaskToken' | 'sync';
      readonly sdk: boolean;
    };

const ACTIVITY = /^arn:aws[a-z-]*:states:[^:]+:\d{12}:activity:[^:]+$/;
const LAMBDA = /^arn:aws[a-z-]*:lambda:[^:]+:\d{12}:function:[^:]+(:[^:]+)?$/;
const SDK = /^arn:aws[a-z-]*:states:[^:]*:[^:]*:aws-sdk:([a-z0-9]+):([a-z][A-Za-z0-9]*)(\.waitForTaskToken)?$/;
const OPTIMIZED =
  /^arn:aws[a-z-]*:states:[^:]*:[^:]*:(?!aws-sdk:|activity:)([a-z0-9-]+):([a-z][A-Za-z0-9]*)(\.waitForTaskToken|\.sync(?::2)?)?$/;

/** `undefined` for an ARN that Step Functions would not take as a task's resource. */
export function parseResource(arn: string): Integration | undefined {
  if (ACTIVITY.test(arn)) return { kind: 'activity', arn };
  if (LAMBDA.test(arn)) return { kind: 'lambda', arn };
  const sdk = SDK.exec(arn);
  const match = sdk ?? OPTIMIZED.exec(arn);
  const [, service, action, suffix = ''] = match ?? [];
  if (service === undefined || action === undefined) return undefined;
  return {
    kind: 'service',
    arn,
    resourceType: sdk === null ? service : `aws-sdk:${service}`,
    resource: `${action}${suffix}`,
    service,
    action,
    pattern: suffix === '' ? 'requestResponse' : suffix === '.waitForTaskToken' ? 'waitForTaskToken' : 'sync',
    sdk: sdk !== null,
  };
}
