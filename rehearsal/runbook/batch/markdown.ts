import { code, plain, table } from '../markdown-table';
import { type BatchRunbook, batchCommands, type RunbookJob } from './batch-runbook';

/** The runbook of a migration of cron jobs as a page: what is done with each, in which order, by whom. */
export function renderBatchMarkdown(runbook: BatchRunbook): string {
  const { migration, host, jobs, steps } = runbook;
  return `${[
    `# Runbook: ${plain(migration)}`,
    `Cron jobs move one by one from the old server to ${code(host)}. Both crons go on. A slot is a job and the minute for which cron starts it: each slot is started once, on one of the two.`,
    '## How to run it',
    table(
      ['when', 'what', 'command'],
      batchCommands(runbook).map(([when, what, command]) => [when, plain(what), code(command)]),
    ),
    '## What is done with each job',
    table(
      ['', 'step', 'what it does', 'if it fails'],
      steps.map(({ step, does, onFailure }, index) => [String(index + 1), step, plain(does), plain(onFailure)]),
    ),
    '## Jobs',
    'Four move at a time, and those of a round before those of the next. A move takes about five minutes, and as long as a run that goes on.',
    table(
      JOB_HEADINGS,
      jobs.map((job) => jobCells(job).map(plain)),
    ),
  ].join('\n\n')}\n`;
}

export const JOB_HEADINGS = [
  'round',
  'job',
  'who answers for it',
  'what it is for',
  'schedule',
  'what is done',
  'proved by',
];

/** The same in both kinds of page. */
export function jobCells({ round, name, owner, purpose, schedule, after, decision, provedBy }: RunbookJob): string[] {
  const moves = decision === 'moved';
  const order = after.length === 0 ? '' : `, after ${after.join(', ')}`;
  return [
    String(round),
    name,
    owner ?? '–',
    purpose ?? '–',
    schedule ?? '–',
    moves ? `moves${order}` : 'is paused: nobody needs it',
    moves ? `${provedBy} ${provedBy === 1 ? 'run' : 'runs'}` : '–',
  ];
}
