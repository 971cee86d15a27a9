/**
 * Whether a text is a rate or cron expression, as EventBridge rules and schedules have them.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
 */
export function isRecurring(expression: string): boolean {
  return /^rate\([1-9]\d* (minute|hour|day)s?\)$/.test(expression) || /^cron\(\S+( \S+){5}\)$/.test(expression);
}

/**
 * Whether a text is a time at which a schedule runs once, e.g. `at(2026-11-20T13:00:00)`.
 *
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function isOneTime(expression: string): boolean {
  const [, time] = /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)$/.exec(expression) ?? [];
  return time !== undefined && !Number.isNaN(Date.parse(`${time}Z`));
}
