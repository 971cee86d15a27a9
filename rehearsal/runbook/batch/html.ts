import { markup } from '../../report/html/markup';
import { table } from '../../report/html/tables';
import { runbookPage } from '../page';
import { type BatchRunbook, batchCommands, type RunbookJob } from './batch-runbook';
import { JOB_HEADINGS, jobCells } from './markdown';

/** The same as one self-contained page. */
export function renderBatchHtml(runbook: BatchRunbook): string {
  const { migration, host, jobs, steps } = runbook;
  const headed = (...headings: readonly string[]) => headings.map((heading) => ({ heading }));
  return runbookPage(
    migration,
    markup`<p class="lead">Cron jobs move one by one from the old server to <code>${host}</code>. Both crons go on. A slot is a job and the minute for which cron starts it: each slot is started once, on one of the two.</p>
<h2>Commands</h2>
${table(
  undefined,
  headed('when', 'what', 'command'),
  batchCommands(runbook).map(([when, what, command]) => [when, what, inWords(command)]),
)}
<h2>What is done with each job</h2>
${table(
  undefined,
  headed('step', 'what it does', 'if it fails'),
  steps.map(({ step, does, onFailure }, index) => [`${index + 1}. ${step}`, does, onFailure]),
)}
<h2>Jobs</h2>
<p>Four move at a time, and those of a round before those of the next. A move takes about five minutes, and as long as a run that goes on.</p>
<div class="scroll" tabindex="0" role="region" aria-label="Jobs">${table(undefined, headed(...JOB_HEADINGS), jobs.map(cellsOf))}</div>`,
  );
}

/** A line ends between words alone, and not in `--jobs`. */
function inWords(command: string) {
  return markup`<code>${command.split(' ').map((word) => markup`<span class="whole">${word}</span> `)}</code>`;
}

/** What is typed, or read as cron reads it: no line ends within. */
const whole = (text: string) => markup`<code class="whole">${text}</code>`;

function cellsOf(job: RunbookJob) {
  return jobCells(job).map((cell, at) => (AS_TYPED.has(JOB_HEADINGS[at]) ? whole(cell) : cell));
}

const AS_TYPED = new Set<string | undefined>(['job', 'schedule']);
