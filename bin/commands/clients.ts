import { Command } from 'commander';
import { wholeNumber } from '../options';
import { type Connect, migrationArgument } from './command';

interface ClientsCommandOptions {
  readonly days: number;
  readonly secretValues: boolean;
  readonly enableQueryLog?: boolean;
  readonly json?: boolean;
}

/** Somebody's place was not looked at: everything else that goes wrong is 1. */
const NOT_ALL_LOOKED_AT = 2;

/** `cutover clients`: who uses it. */
export function clientsCommand(connect: Connect): Command {
  return new Command('clients')
    .description('who is connected to blue and green, who resolves the record, and who is configured with either')
    .addArgument(migrationArgument())
    .option('--days <days>', 'how far back query logs are read', wholeNumber, 7)
    .option('--no-secret-values', 'do not look into secrets: each look is an event of CloudTrail')
    .option('--enable-query-log', 'print the code that turns on the query log of the VPC, and nothing else')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
It changes nothing, and prints no value of a secret, a parameter or an environment. A consumer that moves by DNS follows the
record; one that does not must be changed before blue is retired. Examples:
  cutover clients sessions
  cutover clients sessions --days 31 --json
  cutover clients sessions --enable-query-log
Exit code: 0 when all was looked at, ${NOT_ALL_LOOKED_AT} when something was not: the rows "not looked at" say what and why.`,
    )
    .action(async (migration: string, { enableQueryLog, json, ...options }: ClientsCommandOptions) => {
      const found = await import('../operator/clients/clients.js');
      if (enableQueryLog === true) {
        process.stdout.write(await found.enableQueryLog(await connect(), migration));
        return;
      }
      const { progressLine } = await import('../../agent/cli/progress-line.js');
      const line = progressLine(process.stderr);
      const report = await found
        .clients(await connect(), migration, { ...options, progress: line.show })
        .finally(() => line.end());
      const { clientsTables } = await import('../operator/clients/clients-tables.js');
      const text = json === true ? JSON.stringify(report, undefined, 2) : clientsTables(report, process.stdout.columns);
      process.stdout.write(`${text}\n`);
      if (report.notLookedAt.length > 0) process.exitCode = NOT_ALL_LOOKED_AT;
    });
}
