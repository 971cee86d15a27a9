import { EventBridgeClient, ListRulesCommand } from '@aws-sdk/client-eventbridge';
import { GetScheduleCommand, ListSchedulesCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { everyItem, type Lookup } from '../clients/lookup';
import type { ConnectionOptions } from '../connection';
import { type Cell, hoursAfter, WallClock } from './hours';
import { dueWithin } from './schedule-expression';

/** Something that AWS starts by the clock. */
export interface Schedule {
  /** `rule nightly-report`, `schedule default/import`. */
  readonly schedule: string;
  readonly expression: string;
  readonly timeZone: string;
  /** Hours of the week in which it is due within the next four weeks. Absent: only it knows. */
  readonly cells?: ReadonlySet<Cell>;
}

const MAX = 2000;

/** Rules and schedules of the account that are enabled. */
export async function schedules(
  where: ConnectionOptions,
  clock: WallClock,
  now: number,
  lookup: Lookup,
): Promise<Schedule[]> {
  const rules = await lookup.attempt('Rules on a schedule', () => rulesOf(new EventBridgeClient(where), lookup));
  const others = await lookup.attempt('Schedules', () => schedulesOf(new SchedulerClient(where), lookup));
  const hours = hoursAfter(now);
  return [...(rules ?? []), ...(others ?? [])].map((each) => {
    const due = dueWithin(each.expression);
    if (due === undefined) return each;
    const theirs = new WallClock(each.timeZone);
    const cells = hours.filter((at) => theirs.localHours(at).some(due)).map((at) => clock.cellOf(at));
    return { ...each, cells: new Set(cells) };
  });
}

/** Rules on a schedule are on the default bus alone, and go by UTC. @see docs/aws-facts.md#eventbridge-cron */
async function rulesOf(eventbridge: EventBridgeClient, lookup: Lookup): Promise<Schedule[]> {
  const rules = await everyItem(
    async (NextToken) => {
      const page = await eventbridge.send(new ListRulesCommand({ NextToken }));
      return { items: page.Rules ?? [], next: page.NextToken };
    },
    MAX,
    () => lookup.miss('Rules on a schedule', `More rules than ${MAX}.`),
  );
  return rules.flatMap(({ Name = '', State, ScheduleExpression: expression }) =>
    expression === undefined || State === 'DISABLED' ? [] : [{ schedule: `rule ${Name}`, expression, timeZone: 'UTC' }],
  );
}

async function schedulesOf(scheduler: SchedulerClient, lookup: Lookup): Promise<Schedule[]> {
  const listed = await everyItem(
    async (NextToken) => {
      const page = await scheduler.send(new ListSchedulesCommand({ State: 'ENABLED', NextToken }));
      return { items: page.Schedules ?? [], next: page.NextToken };
    },
    MAX,
    () => lookup.miss('Schedules', `More than ${MAX}.`),
  );
  const found: Schedule[] = [];
  for (const { Name, GroupName } of listed) {
    const read = await lookup.attempt(`Schedule ${GroupName}/${Name}`, () =>
      scheduler.send(new GetScheduleCommand({ Name, GroupName })),
    );
    const { ScheduleExpression: expression, ScheduleExpressionTimezone: timeZone = 'UTC' } = read ?? {};
    if (expression !== undefined) found.push({ schedule: `schedule ${GroupName}/${Name}`, expression, timeZone });
  }
  return found;
}
