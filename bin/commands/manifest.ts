import { Command } from 'commander';
import { type Connect, migrationArgument, type Output, print } from './command';

export function manifestCommand(connect: Connect): Command {
  return new Command('manifest')
    .description('what the deployed migration consists of: phases, workloads, checks, sides, records, parameters')
    .addArgument(migrationArgument())
    .option('--json', 'print it as it was deployed')
    .addHelpText(
      'after',
      `
Example:
  cutover manifest sessions --json`,
    )
    .action(async (migration: string, options: Output) => {
      const { manifest } = await import('../operator/manifest.js');
      const { declared, read } = await manifest(await connect(), migration);
      if (options.json === true) return print(declared, options);
      const { manifestTables } = await import('../operator/manifest-tables.js');
      process.stdout.write(`${manifestTables(read, process.stdout.columns)}\n`);
    });
}
