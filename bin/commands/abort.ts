import { Command } from 'commander';
import { consentOf } from '../operator/consent';
import { type Connect, migrationArgument, type Output, print, WHO } from './command';

interface AbortOptions extends Output {
  readonly by: string;
  readonly reason: string;
  readonly yes?: boolean;
}

export function abortCommand(connect: Connect): Command {
  return new Command('abort')
    .description('stop the execution that runs; a recovery then puts back what it changed, and starts by itself')
    .addArgument(migrationArgument())
    .requiredOption('--reason <text>', 'why, for the record')
    .option('--by <name>', 'who stops it, for the record', WHO)
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
It prints the account, the Region, the active side and what the recovery will do, and asks you to type the migration's name. In a
script, pass --yes. Example:
  cutover abort sessions --reason 'logins fail'`,
    )
    .action(async (migration: string, { by, reason, yes = false, json = false }: AbortOptions) => {
      const { abort } = await import('../operator/abort.js');
      print(await abort(await connect(), migration, { by, reason }, consentOf(yes)), { json });
    });
}
