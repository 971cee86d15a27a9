import { arnOf } from '../aws/environment';
import type { Schedule } from '../aws/scheduler/schedule';
import { namesOf, textOf } from './facts';
import type { InAccount } from './rehearsed-kind';
import type { WorkloadAccount } from './workload-account';

export const schedule: InAccount = {
  place: 'account',
  deploy({ facts }, account) {
    const [, group = '', name = ''] = textOf(facts, 'arn').split('/');
    add(account, group, name, textOf(facts, 'role'));
  },
  observe({ facts }, { scheduler }) {
    const [, group, name = ''] = textOf(facts, 'arn').split('/');
    return settingsOf(scheduler.schedules.require(name, group));
  },
};

export const scheduleGroup: InAccount = {
  place: 'account',
  deploy({ facts }, account) {
    const group = textOf(facts, 'group');
    const [role = ''] = namesOf(facts.roles);
    add(account, group, 'hourly', role);
    add(account, group, 'nightly', role);
    // One that was off before, and must not be on afterwards.
    add(account, group, 'retired', role, 'DISABLED');
  },
  observe({ facts }, { scheduler }) {
    return scheduler.schedules
      .all(textOf(facts, 'group'))
      .map((each) => `${each.name} ${settingsOf(each)}`)
      .sort()
      .join(', ');
  },
};

function add(
  { scheduler, environment }: WorkloadAccount,
  group: string,
  name: string,
  roleArn: string,
  state: 'ENABLED' | 'DISABLED' = 'ENABLED',
): void {
  scheduler.schedules.add({
    group,
    name,
    State: state,
    ScheduleExpression: 'rate(1 hour)',
    ScheduleExpressionTimezone: 'Asia/Tokyo',
    Description: 'Made by somebody else',
    FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 5 },
    Target: { Arn: arnOf(environment, 'sqs', 'imported'), RoleArn: roleArn, Input: '{}' },
  });
}

/** Names in one order: an update may send the same settings in another. */
function settingsOf({ settings }: Schedule): string {
  return JSON.stringify(settings, (_name, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
      : value,
  );
}
