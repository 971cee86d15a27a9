import { Command } from 'commander';
import type { RunbookOutput } from '../operator/runbook';
import { scheduleTime } from '../operator/schedule/schedule-time';
import type { Connect } from './command';

interface RunbookOptions extends Omit<RunbookOutput, 'at'> {
  readonly app?: string;
  readonly deployed?: boolean;
  readonly at?: string;
}

export function runbookCommand(connect: Connect): Command {
  return new Command('runbook')
    .description('print the runbook as Markdown or as a page: steps and owners; after the night, the record of it')
    .argument('[migration]', 'its name, where the app holds several; with --deployed, as in `cutover list`')
    .option('--app <folder>', 'your cloud assembly, as made by: cdk synth -o <folder> (default: cdk.out)')
    .option('--deployed', 'of what is deployed, with the times of its executions, instead of an assembly')
    .option('--at <time>', 'when the cutover is to begin, for planned times, e.g. 2026-12-01T02:10')
    .option('--html', 'print one self-contained page, to be read, sent round and printed')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
With --html and --json each step has its planned time, its owner, the same by hand (verbs of cutover-agent on the migration host,
commands of the AWS CLI), how long it is expected to take, and of the last cutover how long it took and how it ended. Examples:
  cutover runbook --app cdk.out
  cutover runbook sessions --deployed --html --at 2026-12-01T02:10 > runbook.html
  cutover runbook sessions --deployed --html > record.html`,
    )
    .action(async (migration: string | undefined, options: RunbookOptions) => {
      const { app, deployed = false, at, ...output } = options;
      const times = { ...output, ...(at !== undefined && { at: scheduleTime(at) }) };
      const { deployedRunbook, runbook } = await import('../operator/runbook.js');
      if (!deployed) return write(await runbook(app ?? 'cdk.out', migration, times));
      if (app !== undefined) throw new Error('--deployed: takes no --app. Give one of them.');
      if (migration === undefined) throw new Error('--deployed: name the migration, as in `cutover list`.');
      write(await deployedRunbook(await connect(), migration, times));
    });
}

const write = (text: string) => {
  process.stdout.write(text);
};
