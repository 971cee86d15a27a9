import { Command } from 'commander';
import { type ChangeOptions, changes, consentTo } from './change';
import { type Connect, migrationArgument, print } from './command';

interface ScheduleOptions extends ChangeOptions {
  readonly at?: string;
  readonly cancel?: boolean;
}

export function scheduleCommand(connect: Connect): Command {
  const command = new Command('schedule')
    .description('have a cutover started at a time, if a preflight finds nothing an hour before; without --at, list')
    .addArgument(migrationArgument())
    .option('--at <time>', 'e.g. 2026-12-01T02:10, by the clock of this machine; with Z or +09:00, by another')
    .option('--cancel', 'take back what is scheduled; what has started goes on');
  return changes(command, { before: 'a cutover is scheduled' })
    .addHelpText(
      'after',
      `
EventBridge Scheduler starts the preflight an hour before, or at once if less is left. Where it finds something, the cutover is
cancelled; the cutover itself begins with a preflight again. It needs the rights of migration.grantSchedule. Examples:
  cutover schedule sessions --at 2026-12-01T02:10
  cutover schedule sessions
  cutover schedule sessions --cancel`,
    )
    .action(async (migration: string, options: ScheduleOptions) => {
      const { at, cancel: cancels = false, json = false } = options;
      if (at !== undefined && cancels) throw new Error('--cancel: takes no --at. Give one of them.');
      const { cancel, listSchedules, schedule } = await import('../operator/schedule/schedule.js');
      const clients = await connect();
      if (at !== undefined) return print(await schedule(clients, migration, at, consentTo(options)), options);
      const found = await (cancels ? cancel : listSchedules)(clients, migration);
      if (found.length === 0 && !json) process.stdout.write(`${migration}: nothing is scheduled.\n`);
      else print(found, options);
    });
}
