import { Command } from 'commander';
import { changes, consentTo, type RecordedChangeOptions } from './change';
import { type Connect, migrationArgument, print } from './command';

const ASKS = `
It prints the account, the Region, the active side and what the answer does, and asks you to type the migration's name. In a
script, pass --yes.`;

export function approveCommand(connect: Connect): Command {
  const command = new Command('approve')
    .description('approve a cutover that waits; with --retire, approve the deletion of blue')
    .addArgument(migrationArgument())
    .option('--retire', 'approve the deletion of blue, after which there is no rollback');
  return changes(command, { who: 'who approves' })
    .addHelpText('after', `${ASKS} Examples:\n  cutover approve sessions\n  cutover approve sessions --retire`)
    .action(async (migration: string, options: RecordedChangeOptions & { retire?: boolean }) => {
      const { answer } = await import('../operator/answer.js');
      const action = options.retire === true ? 'retire' : 'cutover';
      const given = { approved: true, by: options.by, action } as const;
      print(await answer(await connect(), migration, given, consentTo(options)), options);
    });
}

export function rejectCommand(connect: Connect): Command {
  const command = new Command('reject')
    .description('reject a cutover that waits, which puts everything back, or a retire, which then deletes nothing')
    .addArgument(migrationArgument())
    .requiredOption('--reason <text>', 'why, for the record');
  return changes(command, { who: 'who rejects' })
    .addHelpText('after', `${ASKS} Example:\n  cutover reject sessions --reason 'the payroll runs until 3'`)
    .action(async (migration: string, options: RecordedChangeOptions & { reason: string }) => {
      const { answer } = await import('../operator/answer.js');
      const given = { approved: false, by: options.by, reason: options.reason } as const;
      print(await answer(await connect(), migration, given, consentTo(options)), options);
    });
}
