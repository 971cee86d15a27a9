import { Argument, Command } from 'commander';
import { ACTIONS, type Action } from '../operator/actions';
import { type Connect, migrationArgument, type Output, print } from './command';

export function planCommand(connect: Connect): Command {
  return new Command('plan')
    .description(
      'what an execution would do: phases with the times they took before, write outage, workloads, checks, costs',
    )
    .addArgument(migrationArgument())
    .addArgument(new Argument('[action]', 'what it would be started for').choices(ACTIONS).default('cutover'))
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
It reads the deployed state machine and its last ten executions, and starts nothing. Of a migration of cron jobs it says what would
be done with each. Examples:
  cutover plan sessions
  cutover plan sessions rollback`,
    )
    .action(async (migration: string, action: Action, options: Output) => {
      const { planAny } = await import('../operator/plan/plan-any.js');
      const planned = await planAny(await connect(), migration, action);
      if (options.json === true) return print(planned, options);
      const { planText } = await import('../operator/plan/plan-text.js');
      process.stdout.write(`${planText(planned, process.stdout.columns ?? 120)}\n`);
    });
}
