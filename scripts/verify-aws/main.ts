import { createInterface } from 'node:readline/promises';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { exampleNames } from '../../bin/synthesize-example';
import { awsClients } from './aws-clients';
import { checkAccount } from './check-account';
import { cdkDeploy } from './deployment/cdk-deploy';
import { synthesize } from './deployment/synthesize';
import { ESTIMATE } from './estimate';
import type { Pace } from './night/observed';
import { renderFacts, renderRows, renderStates } from './report/render';
import { verifyNights } from './verify-nights';
import { verifyStates } from './verify-states';

interface Options {
  readonly account: string;
  readonly region: string;
  readonly states: boolean;
  readonly example: string[];
  readonly rows: boolean;
  readonly keep: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

const MINUTE = 60_000;
const ON_AWS: Pace = { pollMs: 3_000, patienceMs: 5 * MINUTE, runMs: 60 * MINUTE };

const program = new Command('verify:aws')
  .description(
    'sees in an AWS account what docs/aws-facts.md only read of AWS: two small migrations, deployed, performed there and back, stopped, recovered, and deleted',
  )
  .requiredOption('--account <id>', 'the account to do it in, 12 digits; the credentials must be of it', accountId)
  .requiredOption('--region <name>', 'the Region to do it in, e.g. eu-west-1')
  .option('--states', 'instead: send every state of every example to TestState; makes nothing, needs no role', false)
  .option('--example <name>', 'with --states: an example; may be given again (default: all)', collect, [])
  .option('--rows', 'also print the cells `seen on AWS` for docs/aws-facts.md', false)
  .option('--keep', 'leave everything deployed at the end, which goes on costing money', false)
  .option('--yes', 'do not ask before anything is made', false)
  .option('--json', 'print the result as JSON on standard output; progress goes to standard error', false)
  .addHelpText(
    'after',
    `
${ESTIMATE}

Needs: credentials as the AWS SDK finds them (AWS_PROFILE, environment, role), with administrator rights; an account
that is bootstrapped for the CDK in that Region: npx cdk bootstrap. See docs/verify-aws.md.

Exit codes: 0 nothing was refuted, refused or different, and nothing is left; 1 otherwise.

Examples:
  npm run verify:aws -- --account 111122223333 --region eu-west-1
  npm run verify:aws -- --account 111122223333 --region eu-west-1 --yes --rows --json > seen.json
  npm run verify:aws -- --account 111122223333 --region eu-west-1 --states --example shared-cache`,
  )
  .exitOverride()
  .action(perform);

async function perform(options: Options): Promise<void> {
  const ending = new AbortController();
  const end = () => ending.abort(new Error('Interrupted.'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end);
  const note = (line: string) => process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);
  const access = {
    region: options.region,
    ...(process.env.AWS_ENDPOINT_URL && { endpoint: process.env.AWS_ENDPOINT_URL }),
  };
  const clients = awsClients(access);
  const arn = await checkAccount(clients.sts, options.account);
  note(`As ${arn} in ${options.region}`);
  if (options.states) await states(options, clients, note, ending.signal);
  else await nights(options, clients, note, ending.signal);
}

type Clients = ReturnType<typeof awsClients>;
type Note = (line: string) => void;

async function states({ example, json }: Options, { sfn }: Clients, note: Note, signal: AbortSignal): Promise<void> {
  const examples = example.length === 0 ? exampleNames() : example;
  const judged = await verifyStates({ sfn, examples, note, signal });
  process.stdout.write(json ? `${JSON.stringify({ states: judged }, undefined, 2)}\n` : renderStates(judged));
  if (judged.some(({ verdict }) => verdict === 'differs' || verdict === 'refused')) process.exitCode = 1;
}

async function nights(options: Options, clients: Clients, note: Note, signal: AbortSignal): Promise<void> {
  process.stderr.write(`\n${ESTIMATE}\n\n`);
  if (!options.yes) await askFor(options.account);
  const { keep, region } = options;
  const result = await verifyNights({
    clients: () => clients,
    synthesize,
    deploy: () => cdkDeploy(region, signal),
    keep,
    pace: ON_AWS,
    note,
    signal,
  });
  if (options.json) process.stdout.write(`${JSON.stringify(result, undefined, 2)}\n`);
  else process.stdout.write(renderFacts(result.facts));
  if (options.rows)
    (options.json ? process.stderr : process.stdout).write(renderRows(result.facts, region, new Date()));
  for (const failure of result.failures) note(`Failed: ${failure}`);
  for (const what of result.left) note(`Left: ${what}`);
  if (keep) note('Kept: the stacks CutoverVerify*. Delete the migrations first; then empty the zones, then the rest.');
  const isRefuted = result.facts.some(({ verdict }) => verdict === 'refuted');
  if (isRefuted || result.failures.length > 0 || result.left.length > 0) process.exitCode = 1;
}

/** Nothing is made by a mistyped command. @throws Error where something else was typed */
async function askFor(account: string): Promise<void> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const typed = await terminal.question(`Type the account's number again to make all that in ${account}: `);
  terminal.close();
  if (typed.trim() !== account) throw new Error(`Got '${typed}', and not ${account}: nothing was made.`);
}

function accountId(text: string): string {
  if (!/^\d{12}$/.test(text)) throw new InvalidArgumentError('Expected 12 digits.');
  return text;
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) process.exitCode = error.exitCode;
  else {
    process.stderr.write(`verify:aws: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
});
