import { Command } from 'commander';
import { consentOf } from '../operator/consent';
import { type Connect, migrationArgument, type Output, print, WHO } from './command';

interface AnswerOptions extends Output {
  readonly by: string;
  readonly yes?: boolean;
}

const ASKS = `
It prints the account, the Region, the active side and what the answer does, and asks you to type the migration's name. In a
script, pass --yes.`;

export function approveCommand(connect: Connect): Command {
  return new Command('approve')
    .description('approve a cutover that waits; with --retire, approve the deletion of blue')
    .addArgument(migrationArgument())
    .option('--retire', 'approve the deletion of blue, after which there is no rollback')
    .option('--by <name>', 'who approves, for the record', WHO)
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON')
    .addHelpText('after', `${ASKS} Examples:\n  cutover approve sessions\n  cutover approve sessions --retire`)
    .action(async (migration: string, options: AnswerOptions & { retire?: boolean }) => {
      const { answer } = await import('../operator/answer.js');
      const action = options.retire === true ? 'retire' : 'cutover';
      const given = { approved: true, by: options.by, action } as const;
      print(await answer(await connect(), migration, given, consentOf(options.yes === true)), options);
    });
}

export function rejectCommand(connect: Connect): Command {
  return new Command('reject')
    .description('reject a cutover that waits, which puts everything back, or a retire, which then deletes nothing')
    .addArgument(migrationArgument())
    .requiredOption('--reason <text>', 'why, for the record')
    .option('--by <name>', 'who rejects, for the record', WHO)
    .option('--yes', 'do not ask')
    .option('--json', 'print JSON')
    .addHelpText('after', `${ASKS} Example:\n  cutover reject sessions --reason 'the payroll runs until 3'`)
    .action(async (migration: string, options: AnswerOptions & { reason: string }) => {
      const { answer } = await import('../operator/answer.js');
      const given = { approved: false, by: options.by, reason: options.reason } as const;
      print(await answer(await connect(), migration, given, consentOf(options.yes === true)), options);
    });
}
