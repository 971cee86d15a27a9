import { TaskFailure } from '../../states-language';
import { MAX_PAYLOAD_BYTES } from '../../states-language/payload';

/**
 * How large an item of a list is on AWS, in bytes of JSON; here most of it is left out. Each is what an item has that is
 * large and yet usual: an instance with some network interfaces, volumes and tags, a task of ten containers, a
 * composite alarm over a hundred others. Lists are named as Step Functions spells them, an item of a list within another
 * one by its path.
 *
 * @see docs/aws-facts.md#sfn-answer-limit
 */
const ITEM_BYTES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'applicationautoscaling:describeScalableTargets': { ScalableTargets: 800 },
  'applicationautoscaling:describeScalingPolicies': { ScalingPolicies: 2_000 },
  'applicationautoscaling:describeScheduledActions': { ScheduledActions: 800 },
  'autoscaling:describeAutoScalingGroups': { AutoScalingGroups: 30_000, 'AutoScalingGroups.Instances': 500 },
  'cloudwatch:describeAlarms': { MetricAlarms: 4_000, CompositeAlarms: 12_000 },
  'cloudwatch:getMetricData': { 'MetricDataResults.Values': 60 },
  'cloudwatch:listAlarmMuteRules': { AlarmMuteRuleSummaries: 400 },
  'cloudwatchlogs:filterLogEvents': { Events: 64_000 },
  'ec2:describeInstances': { 'Reservations.Instances': 8_000 },
  'ec2:describeSecurityGroupRules': { SecurityGroupRules: 700 },
  'ecs:describeServices': { Services: 40_000 },
  'ecs:describeTasks': { Tasks: 11_000 },
  'elasticache:describeCacheClusters': { CacheClusters: 5_000 },
  'elasticache:describeCacheParameters': { Parameters: 800 },
  'elasticache:describeReplicationGroups': { ReplicationGroups: 50_000 },
  'elasticloadbalancingv2:describeRules': { Rules: 4_000 },
  'lambda:listEventSourceMappings': { EventSourceMappings: 21_000 },
  'rds:describeDBClusters': { DbClusters: 10_000 },
  'rds:describeDBClusterParameters': { Parameters: 1_000 },
  'rds:describeDBInstances': { DbInstances: 8_000 },
  'rds:describeDBProxies': { DbProxies: 2_000 },
  'rds:describeDBProxyTargets': { Targets: 800 },
  'rds:describeEvents': { Events: 800 },
  'rds:describeGlobalClusters': { GlobalClusters: 4_000 },
  'rds:describeIntegrations': { Integrations: 6_000 },
  'rds:describeOrderableDBInstanceOptions': { OrderableDBInstanceOptions: 2_000 },
  'scheduler:listSchedules': { Schedules: 600 },
  'ssm:describeInstanceInformation': { InstanceInformationList: 1_500 },
  'ssm:listCommandInvocations': { CommandInvocations: 9_000 },
  'synthetics:describeCanariesLastRun': { CanariesLastRun: 4_000 },
};

/** Of the largest list of the call's answer; undefined of a call that gives none. */
export function itemBytes(call: string): number | undefined {
  const [largest] = Object.values(ITEM_BYTES[call] ?? {}).sort((one, other) => other - one);
  return largest;
}

/** @throws TaskFailure States.DataLimitExceeded where the answer would be too large on AWS */
export function limitAnswer(service: string, action: string, answer: object): void {
  const lists = Object.entries(ITEM_BYTES[`${service}:${action}`] ?? {});
  const bytes = lists.reduce((sum, [path, each]) => sum + each * itemsAt(answer, path.split('.')), 0);
  if (bytes > MAX_PAYLOAD_BYTES) {
    throw new TaskFailure(
      'States.DataLimitExceeded',
      `The state/task 'aws-sdk:${service}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    );
  }
}

function itemsAt(value: unknown, [name, ...inner]: readonly string[]): number {
  if (name === undefined) return 1;
  const items: unknown = (value as Readonly<Record<string, unknown>> | undefined)?.[name];
  return Array.isArray(items) ? items.reduce((sum: number, item) => sum + itemsAt(item, inner), 0) : 0;
}
