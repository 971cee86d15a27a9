import { appendFileSync, chmodSync, renameSync, statSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { BlueAnswer } from '../../contract/batch-handover';
import { BlueHost, compactSlot, cut, minutesAgo, moment, sha256, slot } from './blue-host';
import { readProc } from './host-under-test';

jest.setTimeout(60_000);

const SECRET = 'pAss%w0rd&|/x';
const JOB = `*/5 * * * *\troot  mysqldump -p'${SECRET}' "a  b" >/dev/null`;
const OTHER = '0 3 * * * root /usr/sbin/tidy';
const ANACRON = '25 6 * * * root test -x /usr/sbin/anacron || ( cd / && run-parts --report /etc/cron.daily )';
const CRONTAB = `SHELL=/bin/bash\nMAILTO=ops@example.com\n# what it is\n${JOB}\n\n${OTHER}\n`;

let blue: BlueHost;
beforeEach(() => {
  blue = new BlueHost(CRONTAB);
});
afterEach(() => blue.stop());

const MINUTE = 60_000;
const ago = (minutes: number) => slot(minutesAgo(minutes));
const take = (more: Record<string, string | number> = {}) =>
  blue.tell('guard', JOB, { epoch: 1, cut: cut(5), runs: 'no', ...more });

test('a guard is put before the command, and the line is given back byte for byte', async () => {
  const before = statSync(blue.crontab);
  chmodSync(blue.crontab, 0o600);
  const guarded = await take();
  expect(guarded).toMatchObject({ answer: 'ok', line: 'guarded', epoch: 1, runs: 'no', deciding: 0, running: 0 });
  expect(Date.parse(String(guarded.placedAt))).toBeGreaterThan(before.mtimeMs - 1_000);
  const guard = `/bin/sh ${blue.root}/guard export || exit 0; `;
  const read = `* * * * * root  /bin/sh ${blue.root}/guard export read`;
  expect(blue.text()).toBe(CRONTAB.replace('mysqldump', `${guard}mysqldump`).replace(/(\/dev\/null\n)/, `$1${read}\n`));
  const after = statSync(blue.crontab);
  expect([after.mode & 0o777, after.uid, after.ino !== before.ino]).toEqual([0o600, before.uid, true]);
  expect(await blue.tell('unguard', JOB, { epoch: 1 })).toMatchObject({ answer: 'notBlues' });
  expect(await blue.tell('guard', JOB, { epoch: 2, cut: cut(5), runs: 'yes' })).toMatchObject({ answer: 'ok' });
  expect(await blue.tell('unguard', JOB, { epoch: 2 })).toMatchObject({ answer: 'ok', line: 'plain' });
  expect(blue.text()).toBe(CRONTAB);
});

test.each([
  ['0 4 1 * * /opt/monthly.sh', 'no', '0 4 1 * * GUARD/opt/monthly.sh'],
  ['@daily /opt/daily.sh', 'no', '@daily GUARD/opt/daily.sh'],
  [' \t@hourly\troot\tcd / && run-parts', 'yes', ' \t@hourly\troot\tGUARDcd / && run-parts'],
  ['-*/2 1,2 * jan-mar 1-5 root  tar c%in%put', 'yes', '-*/2 1,2 * jan-mar 1-5 root  GUARDtar c%in%put'],
])('the command of %s is found', async (line, userColumn, expected) => {
  const other = new BlueHost('');
  writeFileSync(other.crontab, `${line}\n`);
  const of = { userColumn, sha256: sha256(line), epoch: 1, cut: cut(5), runs: 'no' };
  expect(await other.tell('guard', line, of)).toMatchObject({ answer: 'ok', line: 'guarded' });
  const guarded = expected.replace('GUARD', `/bin/sh ${other.root}/guard export || exit 0; `);
  expect(other.lines()[0]).toBe(guarded);
  expect(other.lines()[1]).toMatch(/^[ \t]*\* \* \* \* \*[ \t]+(root[ \t]+)?\/bin\/sh \S*\/guard export read$/);
  expect(await other.tell('retire', line, { ...of, epoch: 1 })).toMatchObject({ answer: 'ok', line: 'retired' });
  expect(other.text()).toBe(`#cutover-retired export ${line}\n`);
  expect(await other.tell('guard', line, { ...of, epoch: 2, runs: 'yes' })).toMatchObject({ line: 'guarded' });
  expect(other.text()).toBe(`${guarded}\n`);
  other.stop();
});

test('who starts a slot is judged by its minute, and both are in the ledger', async () => {
  await take();
  const line = blue.lines()[3]?.replace(/mysqldump.*/, 'echo ran');
  expect(await blue.start(6, line)).toBe('ran\n');
  await blue.tell('guard', JOB, { epoch: 2, cut: cut(-2), runs: 'no' });
  expect(await blue.start(6, line)).toBe('');
  expect(blue.ledger().map(([verb]) => verb)).toEqual(['claim', 'run', 'claim', 'refused']);
  const told = await blue.tell('look', JOB, { since: ago(5) });
  expect(told).toMatchObject({ startedCount: 1, refusedCount: 1, running: 0, deciding: 0 });
  expect([told.started, told.refused]).toEqual([[expect.any(String)], [expect.any(String)]]);
});

test('the newest epoch decides, whichever cut it has', async () => {
  await take({ cut: cut(-3) });
  await blue.tell('guard', JOB, { epoch: 2, cut: cut(-3), runs: 'yes' });
  const line = blue.lines()[3]?.replace(/mysqldump.*/, 'echo ran');
  expect(await blue.start(6, line)).toBe('ran\n');
  expect(await take({ cut: cut(-3) })).toMatchObject({ answer: 'stale', epoch: 2 });
  expect(await blue.start(6, line)).toBe('ran\n');
});

test('the same command has the same answer, and another of that epoch is refused', async () => {
  const told = { cut: cut(5) };
  const first = await take(told);
  const again = await take(told);
  const without = ({ clock: _, ...answer }: BlueAnswer) => answer;
  expect(without(again)).toEqual(without(first));
  const text = blue.text();
  expect(await take({ cut: cut(6) })).toMatchObject({ answer: 'stale', epoch: 1 });
  expect(await take({ runs: 'yes', ...told })).toMatchObject({ answer: 'stale' });
  expect(blue.text()).toBe(text);
});

test('what comes after its deadline changes nothing', async () => {
  expect(await take({ deadline: moment(Date.now() - 2_000) })).toMatchObject({ answer: 'late' });
  expect(blue.text()).toBe(CRONTAB);
  expect(await blue.tell('look', JOB)).toMatchObject({ line: 'plain', epoch: 0 });
});

test('a clock that is behind the sender’s is told', async () => {
  expect(await take({ sent: moment(Date.now() + 20_000) })).toMatchObject({ answer: 'clockBehind' });
  expect(await take({ sent: moment(Date.now() + 3_000) })).toMatchObject({ answer: 'ok' });
});

describe('what cannot be guarded is answered, and nothing is touched:', () => {
  const long = `* * * * * root echo ${'x'.repeat(960)}`;
  test.each<[BlueAnswer['answer'], string, Record<string, string>]>([
    ['notFound', '1 2 3 4 5 root nothing like it', {}],
    ['notFound', JOB, { file: '/nowhere/at/all' }],
    ['twice', '* * * * * root twice', {}],
    ['shell', '* * * * * root in csh', {}],
    ['tooLong', long, {}],
    ['anacron', ANACRON, {}],
    ['noUser', JOB, { user: 'nobody-of-that-name' }],
    ['invalid', JOB, { cut: '2026-11-30T09:05:00Z' }],
    ['invalid', JOB, { epoch: '0' }],
    ['invalid', JOB, { job: '../etc' }],
    ['invalid', JOB, { job: 'a"b' }],
    ['invalid', JOB, { runs: 'perhaps' }],
    ['invalid', JOB, { colour: 'blue' }],
  ])('%s', async (answer, line, more) => {
    const text = `${CRONTAB}${ANACRON}\n* * * * * root twice\n* * * * * root twice\n${long}\nSHELL = "/bin/csh"\n* * * * * root in csh\n`;
    writeFileSync(blue.crontab, text);
    const told = await blue.tell('guard', line, { epoch: 1, cut: cut(5), runs: 'no', ...more });
    expect(told).toMatchObject({ answer });
    if (['shell', 'tooLong', 'anacron'].includes(answer)) {
      expect(await blue.tell('look', line, { check: 'yes' })).toMatchObject({ answer });
      expect(await blue.tell('look', line)).toMatchObject({ answer: 'ok', line: 'plain' });
    }
    if (answer === 'shell') expect(told.shell).toBe('/bin/csh');
    expect(blue.text()).toBe(text);
  });

  test('notAFile', async () => {
    renameSync(blue.crontab, `${blue.crontab}.real`);
    symlinkSync(`${blue.crontab}.real`, blue.crontab);
    expect(await take()).toMatchObject({ answer: 'notAFile' });
    unlinkSync(blue.crontab);
  });

  test('changed, where somebody has edited the guarded line or taken it away', async () => {
    await take();
    const edited = blue.text().replace('mysqldump', 'mysqldump --quick');
    writeFileSync(blue.crontab, edited);
    expect(await take({ epoch: 2 })).toMatchObject({ answer: 'changed' });
    expect(await blue.tell('settle', JOB, { epoch: 1, cut: cut(-1) })).toMatchObject({ answer: 'changed' });
    expect(blue.text()).toBe(edited);
    writeFileSync(blue.crontab, `${OTHER}\n`);
    expect(await take({ epoch: 2 })).toMatchObject({ answer: 'changed' });
  });
});

test('where somebody has edited the guarded line, giving the job back makes it run all the same', async () => {
  await take({ cut: cut(-3) });
  writeFileSync(blue.crontab, blue.text().replace(/mysqldump.*/, 'echo edited'));
  expect(await blue.start(6, blue.lines()[3])).toBe('');
  const back = await blue.tell('guard', JOB, { epoch: 2, cut: cut(-3), runs: 'yes' });
  expect(back).toMatchObject({ answer: 'changed', epoch: 2 });
  expect(await blue.start(6, blue.lines()[3])).toBe('edited\n');
});

test('a line that somebody has put back without its guard holds no cut', async () => {
  await take();
  writeFileSync(blue.crontab, CRONTAB);
  const told = await blue.tell('look', JOB);
  expect(told).toMatchObject({ answer: 'ok', line: 'plain', epoch: 1, runs: 'no' });
  expect(told.placedAt).toBeUndefined();
});

describe('that cron has read the guard', () => {
  const of = (placed: string) => (minutes: number) => compactSlot(Date.parse(placed) + minutes * MINUTE);
  const isRead = async () => (await blue.tell('look', JOB)).readAt;
  const settle = (epoch = 1) => blue.tell('settle', JOB, { epoch, cut: cut(-1) });
  const reads = () => blue.lines().filter((line) => line.endsWith('guard export read'));

  test('is noted by a line that came with it, in a minute after it came, and by nothing else', async () => {
    const at = of(String((await take({ cut: cut(-1) })).placedAt));
    await blue.start(6, blue.lines()[3]?.replace(/mysqldump.*/, 'true'));
    await blue.start(6, reads()[0]);
    expect(blue.ledger().map(([verb]) => verb)).toEqual(['claim', 'refused', 'read']);
    blue.note('29991230', [`read ${at(0)} 4000001 7 boot`, `read ${at(-9)} 4000001 7 boot`]);
    expect(await isRead()).toBeUndefined();
    const unproved = await settle();
    expect(unproved).toMatchObject({ answer: 'ok' });
    expect(unproved.completeSince).toBeUndefined();
    expect(reads()).toHaveLength(1);
  });

  test('is kept, and its line is taken away, once slots are green’s', async () => {
    const at = of(String((await take({ cut: cut(-1) })).placedAt));
    const minute = (text: string) => text.replace(/(....)(..)(..)(..)(..)/, '$1-$2-$3T$4:$5Z');
    blue.note(
      '29991230',
      [3, 2, 7].map((minutes) => `read ${at(minutes)} 4000001 7 boot`),
    );
    expect(await isRead()).toBe(minute(at(2)));
    expect(await settle()).toMatchObject({ readAt: minute(at(2)), completeSince: minute(at(2)) });
    expect(reads()).toEqual([]);
    blue.note('29991230', []);
    expect(await isRead()).toBe(minute(at(2)));
    await blue.tell('guard', JOB, { epoch: 2, cut: cut(-1), runs: 'yes' });
    expect(await take({ epoch: 3 })).toMatchObject({ readAt: minute(at(2)) });
    expect(reads()).toEqual([]);
  });

  test('is to be proved again of a guard that was taken off in between', async () => {
    const at = of(String((await take({ cut: cut(-1) })).placedAt));
    blue.note('29991230', [`read ${at(2)} 4000001 7 boot`]);
    await settle();
    await blue.tell('guard', JOB, { epoch: 2, cut: cut(-1), runs: 'yes' });
    await blue.tell('unguard', JOB, { epoch: 2 });
    expect(blue.text()).toBe(CRONTAB);
    blue.note('29991230', [`read ${at(-1)} 4000001 7 boot`]);
    expect((await take({ epoch: 3 })).readAt).toBeUndefined();
    expect(reads()).toHaveLength(1);
  });

  test('is to be proved of a guard that somebody has put a line of before it in the place of', async () => {
    const at = of(String((await take({ cut: cut(-1) })).placedAt));
    blue.note('29991230', [`read ${at(0)} 4000001 7 boot`]);
    writeFileSync(blue.crontab, CRONTAB);
    expect(await take({ epoch: 2 })).toMatchObject({ answer: 'ok', line: 'guarded' });
    expect([reads().length, await isRead()]).toEqual([1, undefined]);
  });
});

describe('settle', () => {
  const settle = (minutes: number) => blue.tell('settle', JOB, { epoch: 1, cut: cut(minutes) });
  const boot = readProc('sys', 'kernel/random/boot_id').trim();
  const self = () => String(readProc(process.pid, 'stat').split(') ')[1]?.split(' ')[19]);

  test('is for after the cut, and after the guard', async () => {
    expect(await settle(-1)).toMatchObject({ answer: 'unknownEpoch', epoch: 0 });
    await take();
    expect(await settle(3)).toMatchObject({ answer: 'early' });
  });

  test('has who runs and who decides, and a start that is late is refused from then on', async () => {
    const told = { cut: cut(-1) };
    await take({ cut: cut(-1) });
    const at = compactSlot(minutesAgo(2));
    blue.note('29991230', [
      `claim ${at} ${process.pid} ${self()} ${boot}`,
      `claim ${at} 4000001 7 ${boot}`,
      `claim ${at} 4000002 7 ${boot}`,
      `run ${at} 4000002 7 ${boot}`,
      `claim ${at} ${process.ppid} 1 another-boot`,
      `run ${at} ${process.pid} 1 ${boot}`,
      'run 2026 "; reboot',
    ]);
    expect(await blue.tell('look', JOB, { since: ago(4) })).toMatchObject({
      deciding: 1,
      running: 0,
      startedCount: 2,
      refusedCount: 2,
    });
    blue.note('29991231', [`run ${at} ${process.pid} ${self()} ${boot}`]);
    expect(await settle(-1)).toMatchObject({ answer: 'ok', deciding: 0, running: 1 });
    // A start that has waited until now for its processor is of a slot before the cut. Here the cut is ahead instead.
    await blue.tell('guard', JOB, { epoch: 2, cut: told.cut, runs: 'yes' });
    const line = blue.lines()[3]?.replace(/mysqldump.*/, 'echo ran');
    expect(await blue.start(6, line)).toBe('ran\n');
    appendFileSync(join(blue.root, 'jobs/export/cuts'), `settled ${cut(5).replaceAll(/[-:TZ]/g, '')}\n`);
    expect(await blue.start(6, line)).toBe('');
  });
});

describe('what is owed', () => {
  const back = async (epoch: number, late: string, more: Record<string, string> = {}) => {
    await blue.tell('guard', JOB, { epoch, cut: cut(-20), runs: 'yes' });
    return blue.tell('runOwed', JOB, { epoch, since: ago(20), late, overlap: 'no', ...more });
  };
  const refused = (minutes: number, pid: number) => {
    const at = compactSlot(minutesAgo(minutes));
    return [`claim ${at} ${pid} 1 boot`, `refused ${at} ${pid} 1 boot`];
  };
  const cron = () => {
    const line = blue.lines().find((each) => each.includes(' owed ||'));
    return blue.start(6, line?.replace(/mysqldump.*/, 'echo ran'));
  };

  test('is started by cron, one after another, and once', async () => {
    await take({ cut: cut(-20) });
    blue.note('29991230', [...refused(9, 4000001), ...refused(8, 4000002), ...refused(30, 4000003)]);
    const first = await back(2, 'each', { slots: `${ago(15)},${ago(15)}` });
    expect(first.owed).toMatchObject({ pending: 4, startedCount: 0, leftOutCount: 0 });
    expect(blue.lines()[4]).toBe(
      `* * * * * root  /bin/sh ${blue.root}/guard export owed || exit 0; ${JOB.slice(JOB.indexOf('mysqldump'))}`,
    );
    expect(await take({ epoch: 3 })).toMatchObject({ answer: 'busy' });
    expect(await blue.tell('unguard', JOB, { epoch: 2 })).toMatchObject({ answer: 'busy' });
    const ran = [await cron(), await cron(), await cron(), await cron(), await cron()];
    expect(ran).toEqual(['ran\n', 'ran\n', 'ran\n', 'ran\n', '']);
    const last = await back(2, 'each', { slots: `${ago(15)},${ago(15)}` });
    expect(last.owed).toMatchObject({ pending: 0, startedCount: 4 });
    expect(last.owed?.started).toEqual([ago(15), ago(15), ago(9), ago(8)]);
    expect(blue.text()).not.toContain('owed');
    expect(await cron()).toBe('');
  });

  test.each([
    ['newest', 1, 2],
    ['none', 0, 3],
  ])('as the job says it, is %s alone', async (late, pending, leftOutCount) => {
    await take({ cut: cut(-20) });
    blue.note('29991230', [...refused(9, 4000001), ...refused(8, 4000002), ...refused(7, 4000003)]);
    const { owed } = await back(2, late);
    expect(owed).toMatchObject({ pending, leftOutCount });
    if (late === 'newest') {
      expect(await cron()).toBe('ran\n');
      expect(await cron()).toBe('');
    }
  });

  test('is not what was refused while the job was green’s, and of green only what green says', async () => {
    await take({ cut: cut(-20) });
    blue.note('29991230', [...refused(19, 4000001), ...refused(3, 4000002)]);
    await blue.tell('guard', JOB, { epoch: 2, cut: cut(-5), runs: 'yes' });
    const told = await blue.tell('runOwed', JOB, {
      epoch: 2,
      since: ago(30),
      late: 'each',
      overlap: 'no',
      slots: ago(18),
    });
    expect(told.owed).toMatchObject({ pending: 2 });
    await cron();
    await cron();
    expect(
      (await blue.tell('runOwed', JOB, { epoch: 2, since: ago(30), late: 'each', overlap: 'no' })).owed?.started,
    ).toEqual([ago(18), ago(3)]);
  });

  test('waits for a run that goes on, unless runs may overlap', async () => {
    await take({ cut: cut(-20) });
    const boot = readProc('sys', 'kernel/random/boot_id').trim();
    const self = readProc(process.pid, 'stat').split(') ')[1]?.split(' ')[19];
    const runs = `run ${compactSlot(minutesAgo(21))} ${process.pid} ${self} ${boot}`;
    blue.note('29991230', [...refused(9, 4000001), runs]);
    await back(2, 'each');
    expect(await cron()).toBe('');
    await back(3, 'each', { overlap: 'yes' });
    expect(await cron()).toBe('ran\n');
  });
});

test('a moved job is commented out, and can be given back from that', async () => {
  await take({ cut: cut(-3) });
  expect(await blue.tell('retire', JOB, { epoch: 1 })).toMatchObject({ answer: 'ok', line: 'retired' });
  expect(blue.lines()[3]).toBe(`#cutover-retired export ${JOB}`);
  expect(await take({ epoch: 2 })).toMatchObject({ answer: 'ok', line: 'retired' });
  const back = await blue.tell('guard', JOB, { epoch: 3, cut: cut(-3), runs: 'yes' });
  expect(back).toMatchObject({ answer: 'ok', line: 'guarded', runs: 'yes' });
  expect(await blue.tell('retire', JOB, { epoch: 3 })).toMatchObject({ answer: 'notGreens' });
  expect(await blue.tell('unguard', JOB, { epoch: 3 })).toMatchObject({ answer: 'ok', line: 'plain' });
  expect(blue.text()).toBe(CRONTAB);
});

test('the guard reads no input, prints nothing, and what fails in it starts nothing that is to move', async () => {
  await take();
  const line = String(blue.lines()[3]);
  const fed = line.replace(/mysqldump.*/, 'cat');
  expect(await blue.start(6, `* * * * * root printf in | { ${fed.slice(fed.indexOf('/bin/sh'))}; }`)).toBe('in');
  writeFileSync(join(blue.root, 'jobs/export/cuts'), '');
  expect(await blue.start(6, line.replace(/mysqldump.*/, 'echo ran'))).toBe('');
});

test('a password of the line is in no answer, and readable to root alone', async () => {
  const all: string[] = [];
  const keep = async (told: Promise<BlueAnswer>) => all.push(JSON.stringify(await told));
  await keep(blue.tell('look', JOB));
  await keep(take({ cut: cut(-3) }));
  await keep(blue.tell('settle', JOB, { epoch: 1, cut: cut(-3), since: ago(4) }));
  await keep(blue.tell('retire', JOB, { epoch: 1 }));
  writeFileSync(blue.crontab, blue.text().replace('#', ''));
  await keep(blue.tell('look', JOB));
  expect(all).toHaveLength(5);
  expect(all.join()).not.toContain(SECRET);
  expect(all.join()).not.toContain(SECRET.slice(0, 4));
  expect(all.every((answer) => answer.length < 2_000)).toBe(true);
  const kept = statSync(join(blue.root, 'jobs/export/line'));
  expect([kept.mode & 0o777, kept.uid]).toEqual([0o600, userInfo().uid]);
});
