import { Command } from 'commander';
import { changes, consentTo, type RecordedChangeOptions } from './change';
import { type Connect, migrationArgument, print } from './command';

interface ConfirmOptions extends RecordedChangeOptions {
  readonly no?: string | true;
}

export function confirmCommand(connect: Connect): Command {
  const command = new Command('confirm')
    .description('confirm a check that waits for a person; with --no, report that it failed, which moves clients back')
    .addArgument(migrationArgument())
    .argument('<check>', 'the name of the check, as it was announced')
    .option('--no <reason>', 'the check failed: why, for the record');
  return changes(command, { who: 'who has looked', before: 'a --no' })
    .addHelpText(
      'after',
      `
With --no it prints the account, the Region and the active side, and asks you to type the migration's name. Examples:
  cutover confirm sessions 'the shop takes orders'
  cutover confirm sessions 'the shop takes orders' --no 'the basket is empty'`,
    )
    .action(async (migration: string, check: string, options: ConfirmOptions) => {
      const { confirm } = await import('../operator/confirm.js');
      const { by, no } = options;
      const given = { by, ...(typeof no === 'string' && { no }) };
      print(await confirm(await connect(), migration, check, given, consentTo(options)), options);
    });
}
