import type { Json } from '../assembly';
import type { AutoScaling } from '../aws/auto-scaling/auto-scaling';
import type { CloudWatch } from '../aws/cloudwatch/cloudwatch';
import type { ElasticLoadBalancing } from '../aws/elastic-load-balancing/elastic-load-balancing';
import type { EventBridge } from '../aws/eventbridge/eventbridge';
import type { Lambda } from '../aws/lambda/lambda';
import type { Schedule } from '../aws/scheduler/schedule';
import type { Scheduler } from '../aws/scheduler/scheduler';
import type { StoppedWorkload } from './migration';

/** The services whose resources can be stopped, besides ECS and Systems Manager. */
export interface Stoppable {
  readonly cloudwatch: CloudWatch;
  readonly eventBridge: EventBridge;
  readonly lambda: Lambda;
  readonly scheduler: Scheduler;
  readonly autoScaling: AutoScaling;
  readonly elasticLoadBalancing: ElasticLoadBalancing;
}

/**
 * How a workload is at the moment, seen in the service that has it and not by what stops it. Undefined for kinds of
 * other services.
 */
export function howItIs({ kind, facts }: StoppedWorkload, services: Stoppable): string | undefined {
  const text = (name: string) => String(facts[name] ?? '');
  switch (kind) {
    case 'EventBridge rule': {
      const rule = services.eventBridge.operations.describeRule.run({ Name: text('rule'), EventBusName: text('bus') });
      return String(rule.State);
    }
    case 'event source mapping':
      return String(services.lambda.mappings.describe(text('uuid')).State);
    case 'Lambda function':
      return `${services.lambda.functions.require(text('function')).reservedConcurrency ?? 'none'} reserved`;
    case 'schedule': {
      const [, group, name = ''] = text('arn').split('/');
      return settingsOf(services.scheduler.schedules.require(name, group));
    }
    case 'schedule group':
      return services.scheduler.schedules
        .all(text('group'))
        .map((schedule) => `${schedule.name} ${settingsOf(schedule)}`)
        .sort()
        .join(', ');
    case 'Auto Scaling group':
      return groupStanding(text('group'), services.autoScaling);
    case 'maintenance mode':
      return services.elasticLoadBalancing.listeners
        .rules(text('listener'))
        .map(({ priority, actions }) => `${priority} ${actions.map(({ Type }) => Type).join('+')}`)
        .join(', ');
    case 'alarms':
      return namesOf(facts.alarms)
        .map((name) => `${name} ${services.cloudwatch.isQuiet(name) ? 'is muted' : 'acts'}`)
        .join(', ');
    default:
      return undefined;
  }
}

/** Texts of a list among a workload's facts. */
export const namesOf = (fact: Json | undefined): readonly string[] => (Array.isArray(fact) ? fact.map(String) : []);

/** Names in one order: an update may send the same settings in another. */
function settingsOf({ settings }: Schedule): string {
  return JSON.stringify(settings, (_name, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
}

function groupStanding(name: string, autoScaling: AutoScaling): string {
  const { AutoScalingGroups: [group] = [] } = autoScaling.operations.describeAutoScalingGroups.run({
    AutoScalingGroupNames: [name],
  });
  const { MinSize: least, MaxSize: most, DesiredCapacity: desired } = group ?? {};
  const instances = (group?.Instances ?? []).map(({ LifecycleState: state }) => state).sort();
  const suspended = (group?.SuspendedProcesses ?? []).map(({ ProcessName: process }) => process).sort();
  return `${least} to ${most}, ${desired} desired, ${instances.join(', ') || 'none there'}; suspended: ${suspended.join(', ') || 'nothing'}`;
}
