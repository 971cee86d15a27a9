import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BlueHost, cut } from './blue-host';

jest.setTimeout(60_000);

const JOB = '* * * * * root echo ran';
/** Second 30 of a minute: when the guard reads the clock. */
const NOW = Date.parse('2026-11-30T09:05:30Z') / 1_000;

let blue: BlueHost;
let text: string;
beforeEach(async () => {
  blue = new BlueHost(`${JOB}\n`);
  await blue.tell('guard', JOB, { epoch: 1, cut: cut(5), runs: 'no' });
  text = readFileSync(join(blue.root, 'guard'), 'utf8');
});
afterEach(() => blue.stop());

/** Has cron start the line, and the guard come to read the clock so many seconds later. @returns what the line printed */
async function startLate(seconds: number): Promise<string> {
  const uptime = join(blue.folder, 'uptime');
  const clock = `date() { if [ "$2" = -d ]; then /bin/date "$@"; else /bin/date -u -d @${NOW} "$2"; fi; }\n`;
  writeFileSync(join(blue.root, 'guard'), clock + text.replace('/proc/uptime', uptime));
  const [up = ''] = readFileSync('/proc/uptime', 'utf8').split(' ');
  writeFileSync(uptime, `${(Number(up) + seconds).toFixed(2)} 0.00\n`);
  return blue.start(6, blue.lines()[0]);
}

const cuts = (text: string) => writeFileSync(join(blue.root, 'jobs/export/cuts'), text);
const noted = () => blue.ledger().map(([verb, minute]) => `${verb} ${minute}`);

test.each([
  ['at once', 0, '202611300905'],
  ['within its minute', 20, '202611300905'],
  ['in the next minute', 70, '202611300904'],
  ['three minutes later', 190, '202611300902'],
  ['of a shell that somebody works in', 1_000, '202611300905'],
  ['where the uptime is a container’s', -5_000, '202611300905'],
])('a start is of the minute in which cron made its shell: %s', async (_, seconds, minute) => {
  cuts('cut 1 20991231235930 no -\n');
  expect(await startLate(seconds)).toBe('ran\n');
  expect(noted()).toEqual([`claim ${minute}`, `run ${minute}`]);
});

test('a start of green’s last minute that is late past a cut back is refused', async () => {
  cuts('cut 1 20261130080030 no -\ncut 2 20261130090430 yes -\n');
  expect(await startLate(70)).toBe('');
  expect(noted()).toEqual(['claim 202611300904', 'refused 202611300904']);
});

test('a start of blue’s last minute that is late past a cut forward is blue’s, until that is settled', async () => {
  cuts('cut 1 20261130090430 no -\n');
  expect(await startLate(70)).toBe('ran\n');
  cuts('cut 1 20261130090430 no -\nsettled 20261130090430\n');
  expect(await startLate(70)).toBe('');
  expect(noted().slice(1)).toEqual(['run 202611300904', 'claim 202611300904', 'refused 202611300904']);
});
