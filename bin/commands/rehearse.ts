import { join } from 'node:path';
import { Command, Option } from 'commander';
import { CHECK_BEHAVIOURS } from '../../rehearsal/testbed/checks/check-behaviours';
import { FAULT_KINDS } from '../../rehearsal/testbed/faults/kinds';
import { collect, wholeNumber } from '../options';
import type { RehearseOptions } from '../perform-rehearsal';

export function rehearseCommand(): Command {
  return new Command('rehearse')
    .description(
      'performs a whole migration on this machine: the synthesized state machine, real engines, clients, faults',
    )
    .argument('[migration]', 'its name, where the app holds several')
    .addOption(new Option('--example <name>', 'an example of this package (default: shared-cache)').conflicts('app'))
    .option(
      '-c, --context <key=value>',
      'context to synthesize the example with, e.g. converting=true; may be given again',
      collect,
      [],
    )
    .option(
      '--app <folder>',
      'your own cloud assembly, as made by: cdk synth -o <folder>; its agent is executed: use an assembly that you trust',
    )
    .addOption(
      new Option(
        '--action <action>',
        'what to start; rollback cuts over first; with a converting replica, prepare comes before either',
      )
        .choices(['preflight', 'prepare', 'cutover', 'rollback'])
        .default('cutover'),
    )
    .option('--seed <text>', 'makes a run repeatable', '1')
    .option('--keys <number>', 'keys to fill blue with, where it is a cache', wholeNumber, 200_000)
    .option('--rows <number>', 'rows to fill blue with, where it is a database', wholeNumber, 100_000)
    .option(
      '--load <number>',
      'turns a second of all clients together; a turn is one to three commands, or a transaction',
      wholeNumber,
      1_000,
    )
    .option('--dataset <file>', 'an RDB file with your own data, instead of generated keys')
    .option(
      '--fault <state:kind[@action]>',
      `a fault, of kind ${FAULT_KINDS.join(', ')}; with @cutover, @rollback or @recover only in such an execution; may be given again`,
      collect,
      [],
    )
    .option(
      '--check <name:behaviour>',
      `how what a check asks behaves: ${CHECK_BEHAVIOURS.join(', ')}; may be given again`,
      collect,
      [],
    )
    .option('--hurry', 'cut waits and TTLs to a second', false)
    .option('--stale-reads', 'have AWS answer some reads with the state of a moment before, as AWS may', false)
    .option(
      '--limit <seconds>',
      'stop executions that together take longer, and report that they did not end',
      wholeNumber,
    )
    .option(
      '--by-hand',
      'also rehearse the switch by hand, to compare: copy, change the record, close old connections',
      false,
    )
    .addOption(
      new Option('--keep', 'leave the servers running at the end, and print how to connect to them; Ctrl-C stops them')
        .default(false)
        .conflicts('byHand'),
    )
    .option('--live', 'serve a page to browsers of this machine: what each group of clients sees, as it happens', false)
    .option('--trace <file>', 'write every AWS call, every state and the log of the agent, one JSON object a line')
    .option('--json <file>', 'write the result as JSON; - for standard output')
    .option('--html <file>', 'write the report', join('.cache', 'rehearsal.html'))
    .option('--jobs <names>', 'of cron jobs that move: which, with commas between (default: all)')
    .option('--old-server <folder>', 'of cron jobs that move: a folder with a copy of each crontab of the old server')
    .addHelpText(
      'after',
      `
Exit codes: 0 every invariant held; 1 one did not, or the rehearsal could not be performed.

Examples:
  cutover rehearse
  cutover rehearse --example pure-cache --seed 7
  cutover rehearse --fault Drain:kill-agent --fault "Take the lock:throttle"
  cutover rehearse --action rollback --fault Fence:abort@rollback
  cutover rehearse --check login:red-on-green
  cutover rehearse --fault Drain:denied --keep --trace trace.jsonl
  cutover rehearse --example mysql-to-aurora --rows 1000000 --fault Canary:crash-green
  cutover rehearse --example mysql-to-aurora -c converting=true --action rollback
  cutover rehearse --example aurora-managed --fault Switch:leftover-replication
  cutover rehearse --example aurora-postgres --fault Switch:ddl-on-blue
  cutover rehearse --example batch-host --jobs mails,index-changes --action rollback
  cdk synth -o cdk.out && cutover rehearse --app cdk.out --by-hand --json result.json`,
    )
    .action(async (migration: string | undefined, options: RehearseOptions, command: Command) => {
      const { performRehearsal } = await import('../perform-rehearsal.js');
      await performRehearsal(migration, options, command);
    });
}
