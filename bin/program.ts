import { Command } from 'commander';
import { version } from '../package.json';
import { abortCommand } from './commands/abort';
import { adoptCommand } from './commands/adopt';
import { approveCommand, rejectCommand } from './commands/approve';
import { chaosCommand } from './commands/chaos';
import { clientsCommand } from './commands/clients';
import type { Connect } from './commands/command';
import { confirmCommand } from './commands/confirm';
import { connectCommand } from './commands/connect';
import { inventoryCommand } from './commands/inventory';
import { listCommand } from './commands/list';
import { manifestCommand } from './commands/manifest';
import { planCommand } from './commands/plan';
import { rehearseCommand } from './commands/rehearse';
import { runbookCommand } from './commands/runbook';
import { scheduleCommand } from './commands/schedule';
import { startCommand } from './commands/start';
import { statusCommand } from './commands/status';
import { watchCommand } from './commands/watch';
import { windowsCommand } from './commands/windows';
import type { ConnectionOptions } from './operator/connection';

/**
 * The commands, with what each is told: names, options, help. What a command does is loaded when it is chosen, so that a help
 * costs no more than its text.
 */
export function cutoverProgram(): Command {
  const program = new Command('cutover')
    .description('Operates cdk-cutover migrations, and rehearses them on this machine.')
    .version(version)
    .option('--region <region>', 'of the migration (default: AWS_REGION, or the profile’s)')
    .option('--profile <name>', 'of the AWS configuration (default: AWS_PROFILE)');
  const connect: Connect = async () =>
    (await import('./operator/connection.js')).connect(program.opts<ConnectionOptions>());
  const commands = [
    ...[listCommand, statusCommand, manifestCommand, planCommand, startCommand, watchCommand],
    ...[approveCommand, rejectCommand, confirmCommand, abortCommand],
    ...[clientsCommand, windowsCommand, scheduleCommand, connectCommand, runbookCommand, adoptCommand],
    ...[inventoryCommand, rehearseCommand, chaosCommand],
  ];
  for (const command of commands) program.addCommand(command(connect));
  for (const each of withSubcommands(program)) each.showHelpAfterError().exitOverride();
  return program;
}

/** A command that is added does not take over what its program is set to. */
function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}
