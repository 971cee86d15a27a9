import { code, plain, table } from './markdown-table';
import { MAX_EVENTS, MAX_PARAMETER_BYTES, MAX_PAYLOAD_BYTES, type Runbook } from './runbook';

const number = new Intl.NumberFormat('en').format;

/** The runbook as a page: what is done, in which order, by whom, and how it is undone. */
export function renderMarkdown(runbook: Runbook): string {
  return `${[
    `# Runbook: ${plain(runbook.migration)}`,
    moved(runbook),
    '## How to run it',
    commands(runbook),
    '## Phases',
    FAILURES,
    phases(runbook),
    '## Workloads',
    workloads(runbook),
    '## Checks',
    checks(runbook),
    '## What it takes',
    costs(runbook),
  ].join('\n\n')}\n`;
}

const FAILURES =
  'What fails is undone, the last phase first. "Everything is restored": clients are where they were, and all that was stopped runs again. "RecoveryNeeded": something could not be put back; the execution says what, and what to do.';

function moved({ kind, blue, green, records, alarms, standIns }: Runbook): string {
  const name = (text: string) => (standIns.includes(text) ? `${code(text)} (stand-in)` : code(text));
  const names = table(
    [kind === 'database' ? 'Database' : 'Cache', ''],
    [
      ['from (blue)', name(blue)],
      ['to (green)', green === blue ? TAKES_THE_NAME : name(green)],
      ...records.map((record) => ['record', `${name(record.name)}: ${ledTo(record, name)}`]),
      ['alarms', alarms.length === 0 ? 'none: nothing moves clients back by itself' : alarms.map(name).join(', ')],
    ],
  );
  const shown = [blue, green, ...alarms, ...records.flatMap((record) => [record.name, record.blue, record.green])];
  return shown.some((text) => standIns.includes(text)) ? `${names}\n\n${STAND_INS}` : names;
}

/** RDS gives green the names of blue. */
export const TAKES_THE_NAME = 'takes over the name of blue in the switch';

function ledTo({ blue, green }: Runbook['records'][number], name: (text: string) => string): string {
  return blue === green ? `${name(blue)}, before and after` : `${name(blue)} → ${name(green)}`;
}

/** Names that nobody may look for on the night. */
const STAND_INS =
  'A stand-in is made up here: AWS gives the real name when the app is deployed, and the template does not have it.';

function commands(runbook: Runbook): string {
  return table(
    ['when', 'what', 'command'],
    commandRows(runbook).map(([when, what, command]) => [when, plain(what), code(command)]),
  );
}

/** When, what, and the command for it. */
export function commandRows({
  migration,
  asksForApproval,
  canRollBack,
  prepares,
  checks: asked,
}: Runbook): [string, string, string][] {
  const confirmations = asked.filter(({ instructions }) => instructions !== undefined).map(({ id }) => id);
  const rows: string[][] = [
    ...(prepares
      ? [
          [
            'days before',
            'convert the tables on the converting replica; clients and blue are not touched; can be repeated',
            `cutover start ${migration} prepare`,
          ],
        ]
      : []),
    ['days before', 'find what would go wrong; changes nothing', `cutover start ${migration} preflight`],
    ['the night', 'move the clients', `cutover start ${migration} cutover`],
    ...(asksForApproval
      ? [
          ['the night', 'let it go on, when all is ready', `cutover approve ${migration}`],
          ['the night', 'or have everything put back', `cutover reject ${migration} --reason WHY`],
        ]
      : []),
    ...confirmations.flatMap((id) => [
      ['the night', `say that all is well: ${id}`, `cutover confirm ${migration} "${id}"`],
      [
        'the night',
        canRollBack
          ? 'or report that it failed, which moves clients back'
          : 'or report that it failed; clients stay, for there is no way back',
        `cutover confirm ${migration} "${id}" --no WHY`,
      ],
    ]),
    ['any time', 'follow the execution', `cutover watch ${migration}`],
    ['any time', 'see where it stands', `cutover status ${migration}`],
    ['if need be', 'stop it, and have put back what it changed', `cutover abort ${migration} --reason WHY`],
    ...(canRollBack ? [['if need be', 'move the clients back', `cutover start ${migration} rollback`]] : []),
    [
      'if an execution died',
      'put back what it left; starts by itself after an abort or a time-out',
      `cutover start ${migration} recover`,
    ],
    ['days after', 'delete blue, after a last snapshot where its engine has any', `cutover start ${migration} retire`],
    ...(asksForApproval ? [['days after', 'let it be deleted', `cutover approve ${migration} --retire`]] : []),
  ];
  return rows.map(([when = '', what = '', command = '']) => [when, what, command]);
}

function phases({ phases: all, canRollBack }: Runbook): string {
  return table(
    ['', 'phase', 'what it does', 'what a failure leads to'],
    all.map(({ name, purpose, only, onFailure }, index) => [
      String(index + 1),
      only === undefined || !canRollBack ? name : `${name} (${DIRECTIONS[only]})`,
      purpose,
      onFailure.join(' → '),
    ]),
  );
}

const DIRECTIONS = { cutover: 'not in a rollback', rollback: 'rollback only' } as const;

function workloads({ stages }: Runbook): string {
  if (stages.length === 0) return 'None is stopped.';
  const order =
    'Those of a stage are stopped together, and are quiet before the next stage is stopped. They come back the other way round, as they were.';
  const each = stages.map((stage, index) =>
    [
      `### Stage ${index + 1}: ${stage.length} ${stage.length === 1 ? 'workload' : 'workloads'}`,
      table(
        ['workload', 'kind', 'who answers for it', 'note'],
        stage.map(({ id, kind, owner, note }) => [plain(id), kind, plain(owner ?? '–'), plain(note ?? '')]),
      ),
    ].join('\n\n'),
  );
  return [order, ...each].join('\n\n');
}

function checks({ checks: all, canRollBack }: Runbook): string {
  if (all.length === 0) return 'Nothing is asked of the applications: alarms alone tell.';
  const order = `Asked one after the other, on blue beforehand too. One that fails there ends the preflight; after the switch it ${canRollBack ? 'moves clients back' : 'is reported, and clients stay'}.`;
  const times: readonly (readonly [string, string])[] = [
    ['beforeResume', 'Before clients are let in'],
    ['afterResume', 'With clients'],
  ];
  const each = times.flatMap(([when, title]) => {
    const asked = all.filter((check) => check.when === when);
    if (asked.length === 0) return [];
    const head = ['check', 'kind', 'who answers for it', 'tries', 'each at most', 'note'];
    const rows = asked.map(({ id, kind, owner, retries, timeout, note, instructions }) => [
      plain(id),
      kind,
      plain(owner ?? '–'),
      String(retries + 1),
      `${number(timeout)} s`,
      [instructions, note].flatMap((text) => (text === undefined ? [] : [plain(text)])).join(' '),
    ]);
    return [`### ${title}`, table(head, rows)];
  });
  return [order, ...each].join('\n\n');
}

function costs({ estimate }: Runbook): string {
  const { transitions, events, watch, dollars, polls, largestPayloadBytes, largestParameterBytes } = estimate;
  const figures = table(
    ['', 'a cutover', 'with the watch to its end', 'limit'],
    [
      ['state transitions', number(transitions), number(transitions + watch.transitions), ''],
      ['events of the history', number(events), number(events + watch.events), number(MAX_EVENTS)],
      ['US dollars', '', `${dollars.toFixed(2)}, at 0.025 a thousand transitions`, ''],
      ['largest payload, bytes', number(largestPayloadBytes), '', number(MAX_PAYLOAD_BYTES)],
      [
        'largest parameter in which workloads are journaled, bytes',
        largestParameterBytes === 0 ? 'none: no workloads' : number(largestParameterBytes),
        '',
        number(MAX_PARAMETER_BYTES),
      ],
    ],
  );
  if (polls.length === 0) return figures;
  const waits = table(
    ['condition', 'waiting at once', 'transitions each time', 'events each time'],
    polls.map(({ state, times, transitions: each, events: made }) => [
      state,
      String(times),
      String(each),
      String(made),
    ]),
  );
  return [
    figures,
    'A condition that does not hold yet is polled again, with growing pauses. Each poll adds:',
    waits,
  ].join('\n\n');
}
