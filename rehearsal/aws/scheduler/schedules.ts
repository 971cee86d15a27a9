import { AwsError } from '../aws-error';
import type { Clock } from '../clock';
import { completed, DEFAULT_GROUP, type Schedule, type ScheduleSettings } from './schedule';

export interface NewSchedule extends ScheduleSettings {
  readonly name: string;
  /** Made known with its first schedule. @default 'default' */
  readonly group?: string;
}

interface Group {
  readonly createdAt: number;
  readonly schedules: Map<string, Schedule>;
}

/** The schedules of the account, by group. */
export class Schedules {
  private readonly groups = new Map<string, Group>();

  constructor(private readonly clock: Clock) {
    this.addGroup(DEFAULT_GROUP);
  }

  add({ name, group = DEFAULT_GROUP, ...settings }: NewSchedule): void {
    const now = this.clock.now();
    this.addGroup(group).schedules.set(name, {
      group,
      name,
      createdAt: now,
      modifiedAt: now,
      settings: completed(settings),
    });
  }

  addGroup(name: string): Group {
    const group = this.groups.get(name) ?? { createdAt: this.clock.now(), schedules: new Map() };
    this.groups.set(name, group);
    return group;
  }

  /** All settings are the given ones afterwards. */
  replace(schedule: Schedule, settings: ScheduleSettings): Schedule {
    const replaced = { ...schedule, modifiedAt: this.clock.now(), settings: completed(settings) };
    this.requireGroup(schedule.group).schedules.set(schedule.name, replaced);
    return replaced;
  }

  remove({ group, name }: Schedule): void {
    this.groups.get(group)?.schedules.delete(name);
  }

  /** @throws AwsError where there is no such schedule */
  require(name: string, group = DEFAULT_GROUP): Schedule {
    const schedule = this.requireGroup(group).schedules.get(name);
    if (schedule === undefined) {
      throw new AwsError('ResourceNotFoundException', `Schedule ${name} does not exist.`);
    }
    return schedule;
  }

  /** @throws AwsError where there is no such group */
  requireGroup(name: string): Group {
    const group = this.groups.get(name);
    if (group === undefined) {
      throw new AwsError('ResourceNotFoundException', `Schedule group ${name} does not exist.`);
    }
    return group;
  }

  /** Of one group, or of all. @throws AwsError where there is no such group */
  all(group?: string): readonly Schedule[] {
    const groups = group === undefined ? [...this.groups.values()] : [this.requireGroup(group)];
    return groups.flatMap(({ schedules }) => [...schedules.values()]);
  }
}
