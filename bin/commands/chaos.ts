import { Command, Option } from 'commander';
import { collect, wholeNumber } from '../options';
import type { ChaosCommandOptions } from '../perform-chaos';

export function chaosCommand(): Command {
  return new Command('chaos')
    .description('rehearses migrations with random faults, and checks every invariant after each run')
    .argument('[migration]', 'its name, where the app holds several')
    .addOption(
      new Option('--example <name>', 'an example of this package; may be given again (default: all)')
        .conflicts('app')
        .argParser(collect)
        .default([]),
    )
    .option(
      '--app <folder>',
      'your own cloud assembly, as made by: cdk synth -o <folder>; its agent is executed: use an assembly that you trust',
    )
    .option('--runs <number>', 'how many rehearsals', wholeNumber, 12)
    .option('--first <number>', 'the number of the first run, to go on with a seed', wholeNumber, 1)
    .option('--seed <text>', 'decides the actions, the faults and the load', today())
    .option('--parallel <number>', 'runs at a time', wholeNumber, 2)
    .option('--keys <number>', 'keys to fill blue with, where it is a cache', wholeNumber, 1_000)
    .option('--rows <number>', 'rows to fill blue with, where it is a database', wholeNumber, 2_000)
    .option('--load <number>', 'turns a second of all clients together', wholeNumber, 60)
    .option('--limit <seconds>', 'in which the executions of a run must have ended by themselves', wholeNumber, 400)
    .option('--keep-going', 'go on after a violation', false)
    .option('--json <file>', 'write the runs as JSON; - for standard output')
    .addHelpText(
      'after',
      `
Each run rehearses one migration with one to three faults at states that its definition enters. When an execution
needs its cause fixed first, the faults end and {"action": "recover"} is started, as an operator
would. A run depends on the seed, its number and the definition alone.

Exit codes: 0 every invariant held in every run; 1 one did not, or a run could not be performed.

Examples:
  cutover chaos
  cutover chaos --runs 100 --seed 7 --keep-going --json chaos.json
  cutover chaos --runs 50 --first 101 --seed 7
  cutover chaos --example shared-cache --example mysql-to-aurora
  cdk synth -o cdk.out && cutover chaos --app cdk.out --runs 20`,
    )
    .action(async (migration: string | undefined, options: ChaosCommandOptions) => {
      const { performChaos } = await import('../perform-chaos.js');
      await performChaos(migration, options);
    });
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
