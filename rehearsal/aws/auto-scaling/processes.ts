import { AwsError } from '../aws-error';

/** What Auto Scaling does with a group by itself. @see https://docs.aws.amazon.com/autoscaling/ec2/userguide/as-suspend-resume-processes.html */
export const PROCESSES = [
  'Launch',
  'Terminate',
  'AddToLoadBalancer',
  'AlarmNotification',
  'AZRebalance',
  'HealthCheck',
  'InstanceRefresh',
  'ReplaceUnhealthy',
  'ScheduledActions',
] as const;

export type Process = (typeof PROCESSES)[number];

/**
 * The processes that a request means. One that names none, by an empty list too, means all: over the wire there is no
 * difference.
 *
 * @throws AwsError of a name that is none
 */
export function processesMeant(names: readonly string[] = []): readonly Process[] {
  if (names.length === 0) {
    return PROCESSES;
  }
  return names.map((name) => {
    const known = PROCESSES.find((process) => process === name);
    if (known === undefined) {
      throw new AwsError('ValidationError', `The process ${name} is not known; known are ${PROCESSES.join(', ')}.`);
    }
    return known;
  });
}
