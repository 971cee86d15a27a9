import type { GreenCommand } from '../../contract/batch-handover';

/** What stands in place of a command that cannot be read. */
export class InvalidArguments extends Error {}

const COMMANDS: readonly string[] = ['look', 'gate', 'settle', 'owed', 'runNow'] satisfies GreenCommand['command'][];
const DAY = String.raw`\d{4}-\d\d-\d\d`;
const MOMENT = {
  pattern: new RegExp(`^${DAY}T\\d\\d:\\d\\d:\\d\\dZ$`),
  accepted: 'a moment such as 2026-11-30T09:05:30Z',
};
const CUT = {
  pattern: new RegExp(`^${DAY}T\\d\\d:\\d\\d:30Z$`),
  accepted: 'second 30 of a minute, such as 2026-11-30T09:05:30Z',
};
const MINUTE = { pattern: new RegExp(`^${DAY}T\\d\\d:\\d\\dZ$`), accepted: 'a minute such as 2026-11-30T09:05Z' };
const EPOCH = { pattern: /^[1-9]\d{0,8}$/, accepted: 'a number from 1 on' };
const NEEDED: Readonly<Record<string, { pattern: RegExp; accepted: string }>> = {
  job: { pattern: /^[A-Za-z0-9_-]+$/, accepted: 'letters, digits, - and _' },
  sent: MOMENT,
  deadline: MOMENT,
};
const NEEDED_BY: Readonly<Record<string, typeof NEEDED>> = {
  look: {},
  gate: { epoch: EPOCH, cut: CUT, runs: { pattern: /^(yes|no)$/, accepted: 'yes or no' } },
  settle: { epoch: EPOCH, cut: CUT, since: MINUTE },
  owed: { epoch: EPOCH, cut: CUT, since: MINUTE },
  runNow: { epoch: EPOCH, id: { pattern: /^[A-Za-z0-9]{1,40}$/, accepted: 'at most 40 letters and digits' } },
};
const OPTIONAL: typeof NEEDED = {
  since: MINUTE,
  check: { pattern: /^(yes|no)$/, accepted: 'yes or no' },
  started: {
    pattern: new RegExp(`^${DAY}T\\d\\d:\\d\\dZ(,${DAY}T\\d\\d:\\d\\dZ)*$`),
    accepted: 'minutes with commas between',
  },
};

/** `gate job=orders epoch=3 …`. @throws InvalidArguments */
export function readCommand(name: string, words: readonly string[]): GreenCommand {
  if (!COMMANDS.includes(name)) throw new InvalidArguments(`The command is none of ${COMMANDS.join(', ')}.`);
  const values = Object.fromEntries(words.map((word) => [word.split('=')[0], word.slice(word.indexOf('=') + 1)]));
  const needed = { ...NEEDED, ...NEEDED_BY[name] };
  for (const [argument, { pattern, accepted }] of Object.entries({ ...OPTIONAL, ...needed })) {
    const value = values[argument];
    if (value === undefined && !(argument in needed)) continue;
    if (value === undefined || !pattern.test(value))
      throw new InvalidArguments(`${argument}: accepted is ${accepted}.`);
  }
  const unknown = Object.keys(values).find((argument) => !(argument in needed) && !(argument in OPTIONAL));
  if (unknown !== undefined) throw new InvalidArguments('An argument is none that is known.');
  const { epoch, started } = values;
  return {
    ...values,
    command: name,
    ...(epoch !== undefined && { epoch: Number(epoch) }),
    ...(started !== undefined && { started: started.split(',') }),
  } as unknown as GreenCommand;
}
