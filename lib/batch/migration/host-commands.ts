import { GUARD_LEAD_SECONDS } from '../../../contract/batch-handover';

/** How long a command may be on its way and at work. Seconds. */
const WITHIN = 60;

/** From when it is decided until the cut: the guard is to be there two minutes before it, and is given three to come. */
const GUARD_WITHIN = 180;
const LEAD = GUARD_LEAD_SECONDS + GUARD_WITHIN;
/** Green's gate has effect at once. */
const GATE_LEAD = 60;

const SECOND = 1_000;

/** JSONata: a moment as the hosts take it, of milliseconds. */
export function moment(millis: string): string {
  return `$substring($fromMillis(${millis}), 0, 19) & 'Z'`;
}

/** JSONata: the minute of the first slot after a cut. */
export function slotAfter(cut: string): string {
  return `$substring($fromMillis($toMillis(${cut}) + 30000), 0, 16) & 'Z'`;
}

/** JSONata: a slot 25 minutes before the cut: from it on a guard that is taken back may have refused what it should not. */
export const BEFORE_THE_CUT = `$substring($fromMillis($toMillis($journal.cut) - 1500000), 0, 16) & 'Z'`;

/** JSONata: second 30 of a minute, at least so many seconds away. */
function cutIn(seconds: number): string {
  return `(${moment(`$ceil(($millis() + ${(seconds - 30) * SECOND}) / 60000) * 60000 + 30000`)})`;
}

/** JSONata: the cut at which a job leaves blue, and green. */
export const CUT_FROM_BLUE = cutIn(LEAD);
export const CUT_FROM_GREEN = cutIn(GATE_LEAD);

/** JSONata: by when the guard, and a closed gate, must be there, in milliseconds: before it a command has effect wholly, or never. */
export const GUARD_BY = `($toMillis($journal.cut) - ${GUARD_LEAD_SECONDS * SECOND})`;
/** JSONata: when it is given up that cron has read the guard before the cut: a busy host notes late what it started in time. */
export const READ_BY = '($toMillis($journal.cut) + 90000)';
export const CLOSED_BY = '$toMillis($journal.cut)';

const soon = `$millis() + ${WITHIN * SECOND}`;

function command(name: string, values: Readonly<Record<string, string>>, deadline = soon): string {
  const all = { job: '$job.name', ...values, sent: moment('$millis()'), deadline: moment(deadline) };
  const written = Object.entries(all).map(([key, value]) => `' ${key}=' & (${value})`);
  return [`'${name}'`, ...written].join(' & ');
}

/** Where the line is. */
const LINE = { file: '$job.file', sha256: '$job.sha256', user: '$job.user', userColumn: '$job.userColumn' };
const EPOCH = { epoch: '$string($journal.epoch)' };
const CUT = { ...EPOCH, cut: '$journal.cut' };
const OWED = { ...LINE, ...EPOCH, since: '$journal.since', late: '$job.late', overlap: '$job.overlap' };

const listed = (list: string) => `$join([${list}], ',')`;
/** JSONata: an argument that is left out where the list is empty. */
const slots = (name: string, list: string) => `($count(${list}) = 0 ? '' : ' ${name}=' & ${listed(list)})`;

/** JSONata of the arguments of what is asked, by the journal. */
export const TO_BLUE = {
  look: command('look', LINE),
  check: command('look', { ...LINE, check: `'yes'` }),
  guard: command('guard', { ...LINE, ...CUT, runs: `'no'` }, GUARD_BY),
  settle: command('settle', { ...LINE, ...CUT }),
  handBack: command('guard', { ...LINE, ...CUT, runs: `'yes'` }),
  runOwed: `${command('runOwed', OWED)} & ${slots('slots', '$journal.left')}`,
  unguard: command('unguard', { ...LINE, ...EPOCH }),
  retire: command('retire', { ...LINE, ...EPOCH }),
} as const;

export const TO_GREEN = {
  look: command('look', {}),
  check: command('look', { check: `'yes'` }),
  runsSince: command('look', { since: slotAfter('$journal.movedAt') }),
  open: command('gate', { ...CUT, runs: `'yes'` }),
  close: command('gate', { ...CUT, runs: `'no'` }, CLOSED_BY),
  settle: command('settle', { ...CUT, since: slotAfter('$journal.movedAt') }),
  owed: `${command('owed', { ...CUT, since: '$journal.since' })} & ${slots('started', '$journal.started')}`,
  runNow: command('runNow', { ...EPOCH, id: `'epoch' & $string($journal.epoch)` }),
} as const;
