import { type Markup, markup, type Part } from '../report/html/markup';
import { table } from '../report/html/tables';
import { duration } from '../report/units';
import { commandRows, TAKES_THE_NAME } from './markdown';
import { type LastExecution, type NightStep, type NightTimes, nightSteps } from './night';
import { runbookPage } from './page';
import type { Runbook } from './runbook';

/** The runbook as one self-contained page: before the night the plan, after it the record. */
export function renderHtml(runbook: Runbook, times: NightTimes): string {
  const steps = nightSteps(runbook, times);
  return runbookPage(
    runbook.migration,
    markup`${headline(runbook, times)}
<h2>Steps</h2>
${stepsTable(steps)}
<h2>Commands</h2>
${scrolled(
  'Commands',
  table(
    undefined,
    ['when', 'what', 'command'].map((heading) => ({ heading })),
    commandRows(runbook).map(([when, what, command]) => [when, what, markup`<code>${command}</code>`]),
  ),
)}
<h2>Who is concerned</h2>
${concerned(runbook)}`,
  );
}

function headline({ blue, green, records, alarms, standIns }: Runbook, { at, last }: NightTimes): Markup {
  const name = (text: string): Part => [markup`<code>${text}</code>`, standIns.includes(text) && ' (stand-in)'];
  const facts: (readonly Part[])[] = [
    ['from (blue)', name(blue)],
    ['to (green)', green === blue ? TAKES_THE_NAME : name(green)],
    ...records.map((record) => ['record', name(record.name)]),
    ['alarms', alarms.length === 0 ? 'none: nothing moves clients back by itself' : alarms.join(', ')],
    ['planned to begin', at === undefined ? 'not planned' : utc(at)],
    ...(last === undefined ? [] : lastFacts(last)),
  ];
  const shown =
    standIns.length > 0 && markup`<p>A stand-in is made up here: AWS gives the real name when the app is deployed.</p>`;
  return markup`<div class="slim">${table(undefined, [{ heading: '' }, { heading: '' }], facts)}</div>${shown}`;
}

function lastFacts({ action, execution, status, startedAt, endedAt, cause, approvedBy }: LastExecution): Part[][] {
  const verdict = status === 'SUCCEEDED' ? 'held' : status === 'RUNNING' ? '' : 'broken';
  return [
    ['last execution', [`${action}: `, markup`<span class="${verdict}">${status}</span>`, ` ${execution}`]],
    ['began', utc(startedAt)],
    ['ended', endedAt === undefined ? 'goes on' : utc(endedAt)],
    ...(approvedBy === undefined ? [] : [['approved by', approvedBy]]),
    ...(cause === undefined ? [] : [['cause', cause]]),
  ];
}

const HEADINGS = ['planned', 'who', 'by hand', 'expected', 'real', 'status'] as const;

function stepsTable(steps: readonly NightStep[]): Markup {
  return markup`<table class="steps"><thead><tr><th scope="col">step</th>${HEADINGS.map(
    (heading) => markup`<th scope="col">${heading}</th>`,
  )}</tr></thead>
<tbody>
${steps.map((step, index) => row(step, index + 1))}</tbody></table>`;
}

function row(step: NightStep, number: number): Markup {
  const { name, purpose, plannedAt, owners, byHand, expectedMs, realMs, startedAt, status } = step;
  const cells: readonly Part[] = [
    plannedAt === undefined ? undefined : clock(plannedAt),
    owners.length === 0 ? 'operator' : owners.join(', '),
    byHand.length === 0 ? 'wait' : byHand.map((call) => markup`<code>${call}</code>`),
    expectedMs === undefined ? undefined : duration(expectedMs),
    [realMs !== undefined && duration(realMs), startedAt !== undefined && ` from ${clock(startedAt)}`],
    status === undefined ? undefined : markup`<span class="${CLASSES[status]}">${status}</span>`,
  ];
  return markup`<tr><th scope="row"><strong>${number}. ${name}</strong><p>${purpose}</p></th>${cells.map(
    (cell, index) => markup`<td data-label="${HEADINGS[index]}">${cell}</td>`,
  )}</tr>\n`;
}

const CLASSES: Readonly<Record<NonNullable<NightStep['status']>, string>> = {
  done: 'held',
  failed: 'broken',
  'put back': 'broken',
  running: '',
  'not reached': '',
};

/** By team: what of theirs stops, and what is asked of them. */
function concerned({ stages, checks }: Runbook): Markup {
  const rows: (readonly Part[])[] = [
    ...stages.flatMap((stage, index) =>
      stage.map(({ id, kind, owner, note }) => [
        owner ?? '–',
        id,
        `${kind}, stopped in stage ${index + 1}`,
        note ?? '',
      ]),
    ),
    ...checks.map(({ id, kind, owner, when, instructions, note }) => [
      owner ?? '–',
      id,
      `${kind}, asked ${when === 'beforeResume' ? 'before clients are let in' : 'with clients'}`,
      [instructions, note].filter((text) => text !== undefined).join(' '),
    ]),
  ].toSorted(([one], [other]) => String(one).localeCompare(String(other)));
  if (rows.length === 0) return markup`<p>No workload is stopped, and nothing is asked of the applications.</p>`;
  const headings = ['who answers for it', 'what', 'kind', 'note'].map((heading) => ({ heading }));
  return scrolled('Who is concerned', table(undefined, headings, rows));
}

/** Where it is too wide, it scrolls by itself, by keys too. */
function scrolled(name: string, content: Markup): Markup {
  return markup`<div class="scroll" tabindex="0" role="region" aria-label="${name}">${content}</div>`;
}

const utc = (at: Date) => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const clock = (at: Date) => `${at.toISOString().slice(11, 19)} UTC`;
