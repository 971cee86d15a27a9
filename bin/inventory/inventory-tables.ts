import { resultTables } from '../../agent/cli/result-table';
import { describeProblem } from '../../cron/crontab';
import type { BatchInventory } from './inventory';

/** An inventory as people read it. */
export function inventoryTables(inventory: BatchInventory, columns = 160): string {
  const { instance, host, system, zone, cron, mail, jobs } = inventory;
  return resultTables(
    {
      instance,
      host,
      system,
      timeZone: zone === '' ? 'not found; read as UTC' : zone,
      cron,
      mail: mail ?? 'none: what jobs print is lost',
      jobs: jobs.map(({ name, schedule, timeZone, user, command, next, lastStart, secrets, file, line }) => ({
        name,
        schedule: timeZone === undefined ? schedule : `${schedule} (${timeZone})`,
        user,
        command,
        next: next[0] ?? 'never',
        lastStart: lastStart ?? 'not in the log',
        secrets: secrets.join(' '),
        from: `${file}:${line}`,
      })),
      notRead: inventory.problems.map((problem) => ({
        problem: describeProblem(problem),
        line: problem.text,
        cron: problem.cronTakesIt
          ? 'may run it'
          : inventory.cron === 'debian'
            ? 'leaves out the file'
            : 'leaves out the line',
      })),
      leftOutByName: inventory.ignored.map((path) => ({ path })),
      runParts: inventory.parts.map(({ every, path, executable }) => ({ every, path, executable })),
      anacron: inventory.anacron.map((line) => ({ line })),
      timers: inventory.timers,
      supervisorPrograms: inventory.programs,
      atJobs: inventory.atJobs.map(({ at, ...job }) => ({ ...job, at: at.toISOString() })),
      scripts: inventory.scripts,
      secrets: inventory.secrets.map(({ path, lines }) => ({ path, lines: lines.join(' ') })),
      notSearched: inventory.unread.map((path) => ({ path })),
      users: inventory.users,
      mounts: inventory.mounts,
      errors: inventory.errors.map((error) => ({ error })),
    },
    columns,
  );
}
