#!/usr/bin/env node
import { Command, CommanderError } from 'commander';
import type { VerbName } from '../contract/agent';
import { version } from '../package.json';
import { askService, serviceRuns } from './cli/ask-service';
import { digestLines } from './cli/digest-lines';
import { exitCodes, runByHand } from './cli/run-by-hand';
import { verbCommand } from './cli/verb-command';
import { Credentials } from './credentials';
import { configurationSource, environmentFile, readEnvironment } from './environment';
import { AgentError } from './errors';
import { Executor } from './executor';
import { logConsole } from './library-console';
import { JsonLog } from './log';
import { Migration } from './migration';
import { checkRequest } from './request';
import { runService, socketPath } from './service/service';
import { Tenure } from './service/tenure';
import { takeUpDigestKey } from './shown-digest';
import { verbNames, verbs } from './verbs';

interface GlobalOptions {
  readonly configuration?: string;
  readonly json?: boolean;
}

/** What the program's parts share in one run of it. */
function assemble(options: GlobalOptions, log: JsonLog) {
  const environment = readEnvironment();
  const { stateDirectory } = environment;
  let opening: Promise<Migration> | undefined;
  const open = (): Promise<Migration> => {
    opening ??= Promise.resolve()
      .then(() => configurationSource(environment, options.configuration))
      .then((source) =>
        Migration.open({ source, stateDirectory, log, credentials: new Credentials((text) => log.conceal(text)) }),
      )
      .catch((error: unknown) => {
        // Not remembered: what is missing may be there a moment later.
        opening = undefined;
        throw error;
      });
    return opening;
  };
  return { environment, open, executor: new Executor(open) };
}

async function runWorker(options: GlobalOptions): Promise<number> {
  const log = new JsonLog();
  logConsole(log);
  const { environment, open, executor } = assemble(options, log);
  const { activityArn, stateDirectory, journal, host, instanceId } = environment;
  if (activityArn === undefined) {
    throw new AgentError(
      'Agent.BadRequest',
      `No activity: set CUTOVER_ACTIVITY_ARN to the ARN of the migration's activity (${environmentFile} does).`,
    );
  }
  const tenure = new Tenure({ parameter: host, instanceId, log });
  await runService({ activityArn, stateDirectory, journal, tenure, open, executor, log });
  return 0;
}

async function runVerb(verb: VerbName, args: Record<string, unknown>, options: GlobalOptions): Promise<number> {
  const log = new JsonLog({ level: 'warn', write: (line) => process.stderr.write(`${line}\n`) });
  logConsole(log);
  const { environment, executor } = assemble(options, log);
  // A shell names keys and rows as the host's service does, where it may.
  await takeUpDigestKey(environment.stateDirectory);
  return runByHand(options.json ?? false, async (report) => {
    const request = checkRequest({ verb, args });
    const path = socketPath(environment.stateDirectory);
    const { inService = false } = verbs[verb];
    const asks = inService === 'where it runs' ? await serviceRuns(path) : inService;
    return asks ? askService(path, request, report) : executor.execute(request, report);
  });
}

function program(finish: (code: number) => void): Command {
  const command = new Command('cutover-agent')
    .description('The data plane of a cutover: what the state machine has it do as a service, a person can do by hand.')
    .version(version)
    .option('--configuration <file>', "the migration's configuration as a JSON file, instead of its SSM parameter")
    .option('--json', 'print the result as JSON, as the state machine gets it')
    .addHelpText(
      'after',
      `
Exit codes: 0 done; 1 failed; 2 misused; 3 done, and errors (preflight), differences (verify, smoke) or a failed check were found.

Settings come from the environment, else from ${environmentFile}:
  CUTOVER_CONFIGURATION    name of the SSM parameter with the migration's configuration
  CUTOVER_ACTIVITY_ARN     activity that the service takes its tasks from
  CUTOVER_JOURNAL          name of the SSM parameter that says which way is replicated
  CUTOVER_HOST             name of the SSM parameter that says which instance is the migration's host
  CUTOVER_INSTANCE_ID      the instance that this is
  CUTOVER_STATE_DIRECTORY  state and the service's socket (default: /var/lib/cutover-agent)`,
    );
  command
    .command('worker')
    .summary('Run as the service of the migration host')
    .description("Takes the migration's tasks from Step Functions until SIGTERM. Logs JSON lines to standard output.")
    .action(async () => finish(await runWorker(command.opts())));
  command
    .command('digest')
    .summary('Find the key or row that a result names')
    .description(
      'Prints each line of standard input behind the digest by which results of this host name such a key, or such a row’s key.',
    )
    .action(() => digestLines(readEnvironment().stateDirectory, process.stdin, process.stdout));
  for (const verb of verbNames) {
    command.addCommand(verbCommand(verb, async (args) => finish(await runVerb(verb, args, command.opts()))));
  }
  return command;
}

async function main(): Promise<number> {
  let code = 0;
  const command = program((finished) => {
    code = finished;
  });
  for (const each of [command, ...command.commands]) each.exitOverride();
  try {
    await command.parseAsync();
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.misused;
    process.stderr.write(`${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}\n`);
    return error instanceof AgentError && error.name === 'Agent.BadRequest' ? exitCodes.misused : exitCodes.failed;
  }
}

// What is still being written to a pipe would be lost, and a connection to a server that hangs would keep the process.
void main().then((code) => process.stdout.write('', () => process.stderr.write('', () => process.exit(code))));
