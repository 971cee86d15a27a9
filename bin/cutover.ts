#!/usr/bin/env node
import { Argument, Command, CommanderError } from 'commander';
import { resultTables } from '../agent/cli/result-table';
import { printable } from '../agent/printable';
import type { Side } from '../contract/common';
import { version } from '../package.json';
import { adoptCommand } from './adopt';
import { chaosCommand } from './chaos';
import { clientsCommand } from './clients';
import { inventoryCommand } from './inventory';
import { ACTIONS, type Action } from './operator/actions';
import { answer } from './operator/answer';
import { confirm } from './operator/confirm';
import { checkConnection, openSession } from './operator/connect';
import { type ConnectionOptions, connect, connectionProblem } from './operator/connection';
import { consentOf } from './operator/consent';
import { listJobs } from './operator/jobs';
import { list } from './operator/list';
import { manifest } from './operator/manifest';
import { manifestTables } from './operator/manifest-tables';
import { plan } from './operator/plan/plan';
import { runPlugin } from './operator/session-plugin';
import { start } from './operator/start';
import { status } from './operator/status';
import { portNumber } from './options';
import { rehearseCommand } from './rehearse';
import { runbookCommand } from './runbook';
import { scheduleCommand } from './schedule';
import { follow, watchCommand } from './watch';
import { windowsCommand } from './windows';

interface Output {
  readonly json?: boolean;
}

interface ConnectCommandOptions extends Output {
  readonly localPort?: number;
  readonly check?: boolean;
}

interface StartOptions extends Output {
  readonly watch: boolean;
  readonly yes?: boolean;
  readonly jobs?: string;
}

const program = new Command('cutover')
  .description('Operates cdk-cutover migrations, and rehearses them on this machine.')
  .version(version)
  .option('--region <region>', 'of the migration (default: AWS_REGION, or the profile’s)')
  .option('--profile <name>', 'of the AWS configuration (default: AWS_PROFILE)')
  .showHelpAfterError()
  .exitOverride();

const clients = () => connect(program.opts<ConnectionOptions>());

program
  .command('list')
  .description('list the migrations of this account and Region')
  .option('--json', 'print JSON')
  .action(async (options: Output) => print(await list(clients()), options));

program
  .command('status')
  .description('show the state of a migration: active side, phase, execution')
  .argument('<migration>', 'its name, as in `cutover list`')
  .option('--json', 'print JSON')
  .action(async (migration: string, options: Output) => {
    const { ssm, sfn } = clients();
    print((await listJobs(ssm, migration)) ?? (await status({ ssm, sfn }, migration)), options);
  });

program
  .command('manifest')
  .description('what the deployed migration consists of: phases, workloads, checks, sides, records, parameters')
  .argument('<migration>', 'its name, as in `cutover list`')
  .option('--json', 'print it as it was deployed')
  .action(async (migration: string, options: Output) => {
    const { declared, read } = await manifest(clients(), migration);
    if (options.json === true) print(declared, options);
    else process.stdout.write(`${manifestTables(read, process.stdout.columns)}\n`);
  });

program
  .command('plan')
  .description(
    'what an execution would do: phases with the times they took before, write outage, workloads, checks, costs',
  )
  .argument('<migration>', 'its name, as in `cutover list`')
  .addArgument(new Argument('[action]', 'what it would be started for').choices(ACTIONS).default('cutover'))
  .option('--json', 'print JSON')
  .addHelpText('after', '\nIt reads the deployed state machine and its last ten executions, and starts nothing.')
  .action(async (migration: string, action: Action, options: Output) => {
    const planned = await plan(clients(), migration, action);
    if (options.json === true) print(planned, options);
    else process.stdout.write(`${resultTables(planned, process.stdout.columns ?? 120)}\n`);
  });

program
  .command('start')
  .description('start an execution')
  .argument('<migration>', 'its name, as in `cutover list`')
  .addArgument(new Argument('<action>', 'what to do').choices(ACTIONS))
  .option('--yes', 'do not ask before a cutover, rollback or retire')
  .option('--jobs <jobs>', 'of a batch host’s migration: which jobs, with commas between (default: all)')
  .option('--no-watch', 'do not follow the execution')
  .option('--json', 'print JSON, and do not follow the execution')
  .addHelpText(
    'after',
    `
cutover, rollback and retire change production. The command prints the account, the Region and the active side, and asks
you to type the migration's name. In a script, pass --yes.
Then it follows the execution as \`cutover watch\` does, with the same exit codes. Where each job is that moves, \`cutover
status\` says.`,
  )
  .action(async (migration: string, action: Action, options: StartOptions) => {
    const connected = clients();
    const jobs = options.jobs?.split(',');
    const started = await start(connected, migration, action, consentOf(options.yes === true), jobs);
    print(started, options);
    const follows = options.watch && options.json !== true && started.jobs === undefined;
    if (follows) await follow(connected, migration, started.execution);
  });

program.addCommand(watchCommand(clients));
program.addCommand(clientsCommand(clients));
program.addCommand(windowsCommand(clients));
program.addCommand(scheduleCommand(clients, print));

program
  .command('connect')
  .description('open a logged shell on the migration host, or lead a port of this machine to blue or green')
  .argument('<migration>', 'its name, as in `cutover list`')
  .addArgument(new Argument('[side]', 'lead a port to it (default: a shell on the host)').choices(['blue', 'green']))
  .option('--local-port <port>', 'of this machine, for a side (default: any that is free)', portNumber)
  .option('--check', 'open a session and end it: days before, for each operator')
  .option('--json', 'with --check: print JSON')
  .addHelpText(
    'after',
    `
It needs Session Manager's plugin, the rights of grantOperate and of host.grantConnect, and for a side a migration with
host.portForwarding. Examples:
  cutover connect sessions --check
  cutover connect sessions
  cutover connect orders green --local-port 13306`,
  )
  .action(async (migration: string, side: Side | undefined, options: ConnectCommandOptions) => {
    const { localPort, check } = options;
    if (options.json === true && check !== true) {
      throw new Error('--json: a session prints no JSON. Add --check, or leave it out.');
    }
    if (localPort !== undefined && side === undefined) {
      throw new Error('--local-port: a shell has no port. Name a side, blue or green, or leave it out.');
    }
    const connected = clients();
    const to = { ...(side !== undefined && { side }), ...(localPort !== undefined && { localPort }) };
    if (check === true) return print(await checkConnection(connected, migration, to), options);
    const { session } = await openSession(connected, migration, to);
    process.exitCode = await runPlugin(connected.ssm, program.opts<ConnectionOptions>().profile ?? '', session);
  });

program
  .command('approve')
  .description('approve a cutover that waits; with --retire, approve the deletion of blue')
  .argument('<migration>', 'its name, as in `cutover list`')
  .option('--retire', 'approve the deletion of blue, after which there is no rollback')
  .option('--by <name>', 'who approves, for the record', process.env.USER ?? 'unknown')
  .option('--json', 'print JSON')
  .action(async (migration: string, options: Output & { by: string; retire?: boolean }) => {
    const action = options.retire === true ? 'retire' : 'cutover';
    print(await answer(clients(), migration, { approved: true, by: options.by, action }), options);
  });

program
  .command('reject')
  .description('reject a cutover that waits, which puts everything back, or a retire, which then deletes nothing')
  .argument('<migration>', 'its name, as in `cutover list`')
  .requiredOption('--reason <text>', 'why, for the record')
  .option('--by <name>', 'who rejects, for the record', process.env.USER ?? 'unknown')
  .option('--json', 'print JSON')
  .action(async (migration: string, options: Output & { by: string; reason: string }) =>
    print(await answer(clients(), migration, { approved: false, by: options.by, reason: options.reason }), options),
  );

program
  .command('confirm')
  .description('confirm a check that waits for a person; with --no, report that it failed, which moves clients back')
  .argument('<migration>', 'its name, as in `cutover list`')
  .argument('<check>', 'the name of the check, as it was announced')
  .option('--no <reason>', 'the check failed: why, for the record')
  .option('--by <name>', 'who has looked, for the record', process.env.USER ?? 'unknown')
  .option('--json', 'print JSON')
  .action(async (migration: string, check: string, options: Output & { by: string; no?: string | true }) => {
    const { by, no } = options;
    print(await confirm(clients(), migration, check, { by, ...(typeof no === 'string' && { no }) }), options);
  });

program.addCommand(runbookCommand(clients));
program.addCommand(adoptCommand(clients, print));
program.addCommand(inventoryCommand(clients));
program.addCommand(rehearseCommand());
program.addCommand(chaosCommand());

/** One line a fact, or JSON. */
function print(result: object, { json }: Output): void {
  if (json === true) {
    process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
    return;
  }
  for (const row of Array.isArray(result) ? result : [result]) {
    const facts = Object.entries(row as object).filter(([, value]) => value !== undefined);
    const width = Math.max(...facts.map(([name]) => name.length));
    process.stdout.write(
      `${facts.map(([name, value]) => `${name.padEnd(width)}  ${printable(String(value))}`).join('\n')}\n\n`,
    );
  }
}

program.parseAsync().catch((error: unknown) => {
  if (!(error instanceof CommanderError)) {
    const problem = connectionProblem(error) ?? (error instanceof Error ? error.message : String(error));
    process.stderr.write(`cutover: ${printable(problem)}\n`);
  }
  process.exitCode = error instanceof CommanderError ? error.exitCode : 1;
});
