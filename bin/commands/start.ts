import { Argument, Command } from 'commander';
import { ACTIONS, type Action } from '../operator/actions';
import { type ChangeOptions, changes, consentTo } from './change';
import { type Connect, migrationArgument, print } from './command';

interface StartOptions extends ChangeOptions {
  readonly watch: boolean;
  readonly jobs?: string;
}

export function startCommand(connect: Connect): Command {
  const command = new Command('start')
    .description('start an execution')
    .addArgument(migrationArgument())
    .addArgument(new Argument('<action>', 'what to do').choices(ACTIONS))
    .option('--jobs <jobs>', 'of a batch host’s migration: which jobs, with commas between (default: all)')
    .option('--no-watch', 'do not follow the execution');
  const json = 'print JSON, and do not follow the execution';
  return changes(command, { before: 'a cutover, rollback, recover or retire', json })
    .addHelpText(
      'after',
      `
cutover, rollback, recover and retire change production. The command prints the account, the Region and the active side, and
asks you to type the migration's name. In a script, pass --yes.
Then it follows the execution as \`cutover watch\` does, with the same exit codes. Examples:
  cutover start sessions preflight
  cutover start sessions cutover
  cutover start sessions rollback --yes --no-watch`,
    )
    .action(async (migration: string, action: Action, options: StartOptions) => {
      const { start } = await import('../operator/start.js');
      const connected = await connect();
      const jobs = options.jobs?.split(',');
      const started = await start(connected, migration, action, consentTo(options), jobs);
      print(started, options);
      if (!options.watch || options.json === true) return;
      const { follow } = await import('../operator/watch/follow.js');
      await follow(connected, migration, started.execution);
    });
}
