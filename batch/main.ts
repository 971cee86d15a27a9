#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { apply } from './apply/apply';
import { currentRevision } from './definitions';
import { handover } from './handover/handover';
import { listJobs } from './list-jobs';
import { Paths } from './paths';
import { runJob } from './run-job';
import { RunLog } from './run-log';
import { tick } from './tick';

function program(paths: Paths): Command {
  const all = new Command('cutover-batch').description('Runs the jobs of a batch host.').exitOverride();
  all
    .command('run')
    .description('run a job for the slot that is due; cron calls it')
    .argument('<job>')
    .option('--slot <slot>', 'one that was missed')
    .option('--now', 'a run of its own, whatever the schedule says')
    .action((job: string, { slot, now }: { slot?: string; now?: boolean }) => runJob({ paths, job, slot, now }));
  all
    .command('tick')
    .description('say that the host lives, and find what was missed or died; cron calls it each minute')
    .action(() => tick(paths));
  all
    .command('list')
    .description('show the jobs, when each is due next, and how its last run ended')
    .action(() => {
      process.stdout.write(`${listJobs(paths).join('\n')}\n`);
    });
  all
    .command('handover')
    .description('do what the migration of a job says, and answer in JSON; Systems Manager calls it')
    .argument('<command>', 'look, gate, settle, owed or runNow')
    .argument('[words...]', 'key=value')
    .action(async (command: string, words: readonly string[]) => {
      process.stdout.write(`${JSON.stringify(await handover(paths, command, words))}\n`);
    });
  all
    .command('apply')
    .description('take over what a deploy has brought; Systems Manager calls it')
    .argument('<folder>', 'the asset, unpacked')
    .argument('<bindings>', 'what only the deploy knows: a JSON array of texts, in base64')
    .action((folder: string, bindings: string) => apply(paths, folder, bindings));
  return all;
}

/** cron shows nobody what it is told: where there is a log already, the problem is in it. */
function tellProblem(paths: Paths, problem: string): void {
  process.stderr.write(`${problem}\n`);
  if (!existsSync(paths.current)) return;
  const { host } = currentRevision(paths).definitions;
  new RunLog(paths.runsLog, host).ofHost('problem', { arguments: process.argv.slice(2, 4), reason: problem });
}

const paths = new Paths();
program(paths)
  .parseAsync()
  .catch((error: unknown) => {
    process.exitCode = error instanceof CommanderError ? error.exitCode : 1;
    if (!(error instanceof CommanderError)) tellProblem(paths, (error as Error).message);
  });
