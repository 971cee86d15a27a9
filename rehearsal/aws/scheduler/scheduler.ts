import type {
  CreateScheduleInput,
  CreateScheduleOutput,
  DeleteScheduleInput,
  GetScheduleGroupInput,
  GetScheduleGroupOutput,
  GetScheduleInput,
  GetScheduleOutput,
  ListSchedulesInput,
  ListSchedulesOutput,
  Target,
  UpdateScheduleInput,
  UpdateScheduleOutput,
} from '@aws-sdk/client-scheduler';
import { AwsError } from '../aws-error';
import { Changes } from '../changes';
import { type AwsEnvironment, arnOf } from '../environment';
import { page } from '../page';
import type { AwsService, Need, Operation } from '../service';
import { checkSettings, refusePast } from './check-settings';
import { DEFAULT_GROUP, type Schedule } from './schedule';
import { Schedules } from './schedules';

/** Calls the target under its role, for a group of schedules. */
export type ScheduleInvoker = (target: Target, groupArn: string) => Promise<void>;

export interface SchedulerProps {
  readonly environment: AwsEnvironment;
  /** Has a schedule's target called. @default - nobody does, when a schedule fires */
  readonly invoke?: ScheduleInvoker;
  /** Follows a schedule that is enabled or disabled now. @default - nobody does */
  readonly onChange?: (schedule: Schedule, enabled: boolean) => Promise<void>;
}

/** So long after it was due a schedule invokes its target. Milliseconds. @see docs/aws-facts.md#scheduler-disabled-late */
const LATE_MS = 60_000;

/** ListSchedules gives no more a page. */
const MAX_SCHEDULES = 100;

/** EventBridge Scheduler: schedules in groups. */
export class Scheduler implements AwsService {
  readonly identifier = 'scheduler';
  readonly schedules: Schedules;
  /** Calls of targets, and what each was refused with: Scheduler would try again. */
  readonly invocations: { readonly schedule: string; readonly error?: string }[] = [];
  private readonly changes: Changes;
  private readonly tokens = new Map<string, string>();
  /** When each schedule was disabled, by its ARN. Milliseconds since the epoch. */
  private readonly disabledAt = new Map<string, number>();

  constructor(private readonly props: SchedulerProps) {
    this.schedules = new Schedules(props.environment.clock);
    this.changes = new Changes(props.environment.clock);
  }

  /**
   * Whether it may invoke its target now: one that was due just before it was disabled may still.
   *
   * @throws AwsError where there is no such schedule
   */
  mayInvoke(name: string, group?: string): boolean {
    const schedule = this.schedules.require(name, group);
    const since = this.disabledAt.get(this.arn(schedule));
    const now = this.props.environment.clock.now();
    return schedule.settings.State === 'ENABLED' || (since !== undefined && now < since + LATE_MS);
  }

  /**
   * The time of a one-time schedule has come: its target is called once, or twice where Scheduler does so.
   *
   * @throws AwsError where there is no such schedule
   * @see docs/aws-facts.md#scheduler-at-least-once
   */
  async fire(name: string, group?: string, times = 1): Promise<void> {
    const schedule = this.schedules.require(name, group);
    const { Target: target, ActionAfterCompletion: after } = schedule.settings;
    if (!this.mayInvoke(name, group) || target === undefined) return;
    for (let time = 0; time < times; time++) {
      const failed = await this.props.invoke?.(target, this.groupArn(schedule.group)).catch((error: unknown) => error);
      this.invocations.push({ schedule: name, ...(failed instanceof Error && { error: failed.message }) });
    }
    if (after === 'DELETE') this.schedules.remove(schedule);
  }

  /** Resolves when the rehearsal has followed every change; rejects with the first failure. */
  settled(): Promise<void> {
    return this.changes.settled();
  }

  readonly operations = {
    createSchedule: {
      needs: ({ Name, GroupName, Target }) => [this.need('CreateSchedule', Name, GroupName), passing(Target)],
      run: (request) => this.create(request),
    } satisfies Operation<CreateScheduleInput, CreateScheduleOutput>,
    deleteSchedule: {
      needs: ({ Name, GroupName }) => [this.need('DeleteSchedule', Name, GroupName)],
      run: ({ Name = '', GroupName }) => {
        this.schedules.remove(this.schedules.require(Name, GroupName));
        return {};
      },
    } satisfies Operation<DeleteScheduleInput, object>,
    getSchedule: {
      needs: ({ Name, GroupName }) => [this.need('GetSchedule', Name, GroupName)],
      run: ({ Name = '', GroupName }) => this.describe(this.schedules.require(Name, GroupName)),
    } satisfies Operation<GetScheduleInput, GetScheduleOutput>,
    updateSchedule: {
      needs: ({ Name, GroupName, Target }) => [this.need('UpdateSchedule', Name, GroupName), passing(Target)],
      run: (request) => this.update(request),
    } satisfies Operation<UpdateScheduleInput, UpdateScheduleOutput>,
    listSchedules: {
      needs: () => [{ action: 'scheduler:ListSchedules', resources: ['*'] }],
      run: (request) => this.list(request),
    } satisfies Operation<ListSchedulesInput, ListSchedulesOutput>,
    getScheduleGroup: {
      needs: ({ Name = '*' }) => [{ action: 'scheduler:GetScheduleGroup', resources: [this.groupArn(Name)] }],
      run: ({ Name = '' }) => {
        const createdAt = new Date(this.schedules.requireGroup(Name).createdAt);
        const dates = { CreationDate: createdAt, LastModificationDate: createdAt };
        return { Name, Arn: this.groupArn(Name), State: 'ACTIVE' as const, ...dates };
      },
    } satisfies Operation<GetScheduleGroupInput, GetScheduleGroupOutput>,
  };

  /** A token that was used before is not looked at here: a name can be taken only once anyway. */
  private create(request: CreateScheduleInput): CreateScheduleOutput {
    const { Name: name = '', GroupName: group = DEFAULT_GROUP, ClientToken: _token, ...settings } = request;
    const now = this.props.environment.clock.now();
    this.schedules.requireGroup(group);
    checkSettings(settings, now);
    refusePast(settings, now);
    if (this.schedules.all(group).some((schedule) => schedule.name === name)) {
      throw new AwsError('ConflictException', `Schedule ${name} already exists.`, 409);
    }
    this.schedules.add({ ...settings, name, group });
    return { ScheduleArn: this.arn({ group, name }) };
  }

  private update(request: UpdateScheduleInput): UpdateScheduleOutput {
    const { Name: name = '', GroupName: group, ClientToken: token, ...settings } = request;
    const before = this.schedules.require(name, group);
    checkSettings(settings, this.props.environment.clock.now());
    if (token !== undefined && this.isRepeated(token, request)) {
      return { ScheduleArn: this.arn(before) };
    }
    const after = this.schedules.replace(before, settings);
    if (before.settings.State !== after.settings.State) {
      this.disabledAt.set(this.arn(after), this.props.environment.clock.now());
      this.changes.start(0, async () => this.props.onChange?.(after, after.settings.State === 'ENABLED'));
    }
    return { ScheduleArn: this.arn(after) };
  }

  /**
   * A request with a token that has been used is not carried out again, whatever happened in between.
   *
   * @throws AwsError of a token that belongs to another request
   */
  private isRepeated(token: string, request: UpdateScheduleInput): boolean {
    if (!/^[a-zA-Z0-9-_]{1,64}$/.test(token)) {
      throw new AwsError('ValidationException', `Value '${token}' at 'clientToken' failed to satisfy constraint.`);
    }
    const text = JSON.stringify(request);
    const known = this.tokens.get(token);
    if (known !== undefined && known !== text) {
      throw new AwsError('ConflictException', `The ClientToken ${token} was used for another request.`);
    }
    this.tokens.set(token, text);
    return known !== undefined;
  }

  /** Of the target a list tells only where it is: too little to update a schedule with. */
  private list(request: ListSchedulesInput): ListSchedulesOutput {
    const { GroupName: group, NamePrefix: prefix = '', State: state, MaxResults: size = MAX_SCHEDULES } = request;
    if (size < 1 || size > MAX_SCHEDULES) {
      throw new AwsError('ValidationException', `MaxResults must be from 1 to ${MAX_SCHEDULES}; got ${size}.`);
    }
    const named = this.schedules.all(group).filter(({ name }) => name.startsWith(prefix));
    const { items, next } = page(
      named,
      request.NextToken,
      size,
      () => new AwsError('ValidationException', 'Invalid NextToken.'),
    );
    return {
      // Whether the state is looked at before a page is cut is not told: here afterwards, so that one may be short, or empty.
      Schedules: items
        .filter(({ settings }) => state === undefined || settings.State === state)
        .map((schedule) => ({
          ...this.identity(schedule),
          State: schedule.settings.State,
          Target: { Arn: schedule.settings.Target?.Arn },
        })),
      ...(next !== undefined && { NextToken: next }),
    };
  }

  private describe(schedule: Schedule): GetScheduleOutput {
    return { ...this.identity(schedule), ...schedule.settings };
  }

  private identity(schedule: Schedule) {
    return {
      Arn: this.arn(schedule),
      GroupName: schedule.group,
      Name: schedule.name,
      CreationDate: new Date(schedule.createdAt),
      LastModificationDate: new Date(schedule.modifiedAt),
    };
  }

  private arn({ group, name }: { readonly group: string; readonly name: string }): string {
    return arnOf(this.props.environment, 'scheduler', `schedule/${group}/${name}`);
  }

  private groupArn(name: string): string {
    return arnOf(this.props.environment, 'scheduler', `schedule-group/${name}`);
  }

  private need(action: string, name = '*', group = DEFAULT_GROUP): Need {
    return { action: `scheduler:${action}`, resources: [this.arn({ group, name })] };
  }
}

const passing = (target: Target | undefined): Need => ({
  action: 'iam:PassRole',
  resources: [target?.RoleArn ?? '*'],
  context: { 'iam:PassedToService': 'scheduler.amazonaws.com' },
});
