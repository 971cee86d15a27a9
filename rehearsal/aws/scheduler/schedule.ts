import type { ScheduleState, UpdateScheduleInput } from '@aws-sdk/client-scheduler';

/** All of a schedule that UpdateSchedule sets. */
export type ScheduleSettings = Omit<UpdateScheduleInput, 'Name' | 'GroupName' | 'ClientToken'>;

export interface Schedule {
  readonly group: string;
  readonly name: string;
  readonly createdAt: number;
  readonly modifiedAt: number;
  readonly settings: ScheduleSettings & { readonly State: ScheduleState };
}

export const DEFAULT_GROUP = 'default';

/**
 * The settings as EventBridge Scheduler keeps them: what is left out has the system's default, which for the state is
 * `ENABLED`.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/APIReference/API_UpdateSchedule.html
 */
export function completed(settings: ScheduleSettings): Schedule['settings'] {
  const { Target: target } = settings;
  return {
    ...settings,
    State: settings.State ?? 'ENABLED',
    ScheduleExpressionTimezone: settings.ScheduleExpressionTimezone ?? 'UTC',
    ActionAfterCompletion: settings.ActionAfterCompletion ?? 'NONE',
    Target: target && {
      ...target,
      RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185, ...target.RetryPolicy },
    },
  };
}
