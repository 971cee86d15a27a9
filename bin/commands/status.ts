import { Command } from 'commander';
import { type Connect, migrationArgument, type Output, print } from './command';

export function statusCommand(connect: Connect): Command {
  return new Command('status')
    .description('show the state of a migration: active side, phase, execution')
    .addArgument(migrationArgument())
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Of a migration of cron jobs it says where each job is. Example:
  cutover status sessions`,
    )
    .action(async (migration: string, options: Output) => {
      const { listJobs } = await import('../operator/jobs.js');
      const { status } = await import('../operator/status.js');
      const { ssm, sfn } = await connect();
      print((await listJobs(ssm, migration)) ?? (await status({ ssm, sfn }, migration)), options);
    });
}
