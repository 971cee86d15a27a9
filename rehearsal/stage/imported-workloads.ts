import { type AwsEnvironment, arnOf } from '../aws/environment';
import type { StoppedWorkload } from './migration';
import { namesOf, type Stoppable } from './workload-standing';

/** How a group of instances is that the assembly only names. */
const SIZES = { least: 1, most: 4, desired: 2 };

/**
 * What an app stops without having made it: the assembly knows only its name, so that the account gets one of that name
 * that runs.
 */
export class ImportedWorkloads {
  constructor(
    private readonly environment: AwsEnvironment,
    private readonly services: Stoppable,
  ) {}

  deploy({ kind, facts }: StoppedWorkload): void {
    const { cloudwatch, eventBridge, lambda, autoScaling } = this.services;
    const text = (name: string) => String(facts[name] ?? '');
    switch (kind) {
      case 'EventBridge rule':
        eventBridge.addRule({
          name: text('rule'),
          bus: text('bus'),
          pattern: text('bus') === 'default' ? undefined : { source: ['rehearsal'] },
          ...(text('bus') === 'default' && { schedule: 'rate(1 minute)' }),
          targets: [],
        });
        break;
      case 'event source mapping':
        lambda.functions.add('imported');
        lambda.mappings.add({
          uuid: text('uuid'),
          functionName: 'imported',
          eventSourceArn: arnOf(this.environment, 'sqs', 'imported'),
        });
        break;
      case 'Lambda function':
        lambda.functions.add(text('function'));
        break;
      case 'schedule': {
        const [, group = '', name = ''] = text('arn').split('/');
        this.schedule(group, name, text('role'), 'ENABLED');
        break;
      }
      case 'schedule group': {
        const [role = ''] = namesOf(facts.roles);
        this.schedule(text('group'), 'hourly', role, 'ENABLED');
        this.schedule(text('group'), 'nightly', role, 'ENABLED');
        // One that was off before, and must not be on afterwards.
        this.schedule(text('group'), 'retired', role, 'DISABLED');
        break;
      }
      case 'Auto Scaling group':
        autoScaling.addGroup({ name: text('group'), ...SIZES });
        break;
      case 'alarms':
        for (const name of namesOf(facts.alarms)) cloudwatch.addAlarm(name);
        break;
      case 'maintenance mode':
        this.listener(text('listener'));
        break;
    }
  }

  private schedule(group: string, name: string, roleArn: string, state: 'ENABLED' | 'DISABLED'): void {
    this.services.scheduler.schedules.add({
      group,
      name,
      State: state,
      ScheduleExpression: 'rate(1 hour)',
      ScheduleExpressionTimezone: 'Asia/Tokyo',
      Description: 'Made by somebody else',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 },
      Target: { Arn: arnOf(this.environment, 'sqs', 'imported'), RoleArn: roleArn, Input: '{}' },
    });
  }

  /** Several pages may stand on one listener. */
  private listener(arn: string): void {
    const { listeners } = this.services.elasticLoadBalancing;
    if (listeners.all().some((listener) => listener.arn === arn)) return;
    const targetGroup = arnOf(this.environment, 'elasticloadbalancing', 'targetgroup/imported/0123456789abcdef');
    this.services.elasticLoadBalancing.addListener({
      arn,
      loadBalancerArn: arn.replace(':listener/', ':loadbalancer/').replace(/\/[^/]+$/, ''),
      port: 443,
      protocol: 'HTTPS',
      defaultActions: [{ Type: 'forward', TargetGroupArn: targetGroup }],
    });
  }
}
