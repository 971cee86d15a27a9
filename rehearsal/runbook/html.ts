import { Markup, markup, type Part } from '../report/html/markup';
import { STYLE } from '../report/html/style';
import { table } from '../report/html/tables';
import { duration } from '../report/units';
import { commandRows } from './markdown';
import { type LastExecution, type NightStep, type NightTimes, nightSteps } from './night';
import type { Runbook } from './runbook';

/** What a browser may load for the page: nothing, so that it can be sent round and opened anywhere. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/** A step is a row where there is room, and a card where there is none. */
const STEPS = new Markup(`
table { overflow-wrap: break-word; }
.steps code { display: block; }
.steps p { margin: 2px 0 0; color: var(--muted); }
.steps td { white-space: normal; }
@media (max-width: 899px) {
  .steps, .steps tbody, .steps tr, .steps th, .steps td { display: block; width: 100%; }
  .steps thead { display: none; }
  .steps tr { border-top: 1px solid var(--edge); padding: 8px 0; }
  .steps th, .steps td { border: 0; padding: 2px 12px; text-align: left; }
  .steps td::before { content: attr(data-label) ": "; color: var(--muted); font-size: 13px; }
  .steps td:empty { display: none; }
}
@media print {
  :root { --paper: #fff; --card: #fff; --ink: #000; --muted: #444; --hair: #bbb; --edge: #888; }
  body { font-size: 11px; } h2 { margin-top: 20px; } pre, code { font-size: 10px; }
}
`);

/** The runbook as one self-contained page: before the night the plan, after it the record. */
export function renderHtml(runbook: Runbook, times: NightTimes): string {
  const steps = nightSteps(runbook, times);
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<title>Runbook: ${runbook.migration}</title>
<link rel="icon" href="data:,">
<style>${STYLE}${STEPS}</style>
</head>
<body>
<main>
<p class="over">Runbook</p>
<h1>${runbook.migration}</h1>
${headline(runbook, times)}
<h2>Steps</h2>
${stepsTable(steps)}
<h2>Commands</h2>
${table(
  undefined,
  ['when', 'what', 'command'].map((heading) => ({ heading })),
  commandRows(runbook).map(([when, what, command]) => [when, what, markup`<code>${command}</code>`]),
)}
<h2>Who is concerned</h2>
${concerned(runbook)}
</main>
</body>
</html>
`.text;
}

function headline({ blue, green, records, alarms, standIns }: Runbook, { at, last }: NightTimes): Markup {
  const name = (text: string): Part => [markup`<code>${text}</code>`, standIns.includes(text) && ' (stand-in)'];
  const facts: (readonly Part[])[] = [
    ['from (blue)', name(blue)],
    ['to (green)', name(green)],
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
  return table(undefined, headings, rows);
}

const utc = (at: Date) => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const clock = (at: Date) => `${at.toISOString().slice(11, 19)} UTC`;
