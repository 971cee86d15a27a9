import { Command } from 'commander';
import { type Connect, migrationArgument } from './command';

export function watchCommand(connect: Connect): Command {
  return new Command('watch')
    .description('follow an execution: its phases, weights, what it waits for; the last lines say who serves')
    .addArgument(migrationArgument())
    .option('--execution <arn>', 'which execution (default: the one that has the migration, or had it last)')
    .addHelpText(
      'after',
      `
It changes nothing: Ctrl-C ends the watching, and the execution goes on.
Exit code: 0 when the execution succeeded, 2 when it ended otherwise, 1 when it could not be followed. Examples:
  cutover watch sessions
  cutover watch sessions | tee night.log`,
    )
    .action(async (migration: string, { execution }: { execution?: string }) => {
      const { follow } = await import('../operator/watch/follow.js');
      await follow(await connect(), migration, execution);
    });
}
