import { Command } from 'commander';
import { type Connect, type Output, print } from './command';

export function listCommand(connect: Connect): Command {
  return new Command('list')
    .description('list the migrations of this account and Region')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Example:
  cutover list --region eu-west-1`,
    )
    .action(async (options: Output) => {
      const { list } = await import('../operator/list.js');
      const found = await list(await connect());
      if (found.length === 0 && options.json !== true) {
        process.stdout.write('There is no migration in this account and Region. Look at --region and --profile.\n');
      } else print(found, options);
    });
}
