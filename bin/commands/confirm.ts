import { Command } from 'commander';
import { consentOf } from '../operator/consent';
import { type Connect, migrationArgument, type Output, print, WHO } from './command';

interface ConfirmOptions extends Output {
  readonly by: string;
  readonly no?: string | true;
  readonly yes?: boolean;
}

export function confirmCommand(connect: Connect): Command {
  return new Command('confirm')
    .description('confirm a check that waits for a person; with --no, report that it failed, which moves clients back')
    .addArgument(migrationArgument())
    .argument('<check>', 'the name of the check, as it was announced')
    .option('--no <reason>', 'the check failed: why, for the record')
    .option('--by <name>', 'who has looked, for the record', WHO)
    .option('--yes', 'do not ask before a --no')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
With --no it prints the account, the Region and the active side, and asks you to type the migration's name. Examples:
  cutover confirm sessions 'the shop takes orders'
  cutover confirm sessions 'the shop takes orders' --no 'the basket is empty'`,
    )
    .action(async (migration: string, check: string, options: ConfirmOptions) => {
      const { confirm } = await import('../operator/confirm.js');
      const { by, no, yes = false } = options;
      const given = { by, ...(typeof no === 'string' && { no }) };
      print(await confirm(await connect(), migration, check, given, consentOf(yes)), options);
    });
}
