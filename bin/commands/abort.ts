import { Command } from 'commander';
import { changes, consentTo, type RecordedChangeOptions } from './change';
import { type Connect, migrationArgument, print } from './command';

interface AbortOptions extends RecordedChangeOptions {
  readonly reason: string;
}

export function abortCommand(connect: Connect): Command {
  const command = new Command('abort')
    .description('stop the execution that runs; a recovery then puts back what it changed, and starts by itself')
    .addArgument(migrationArgument())
    .requiredOption('--reason <text>', 'why, for the record');
  return changes(command, { who: 'who stops it' })
    .addHelpText(
      'after',
      `
It prints the account, the Region, the active side and what the recovery will do, and asks you to type the migration's name. In a
script, pass --yes. Example:
  cutover abort sessions --reason 'logins fail'`,
    )
    .action(async (migration: string, options: AbortOptions) => {
      const { abort } = await import('../operator/abort.js');
      print(await abort(await connect(), migration, options, consentTo(options)), options);
    });
}
