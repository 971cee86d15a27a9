import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Dialect } from '../../../cron/dialect';
import { fetchDebianSource } from '../../../rehearsal/engines/debian-packages';
import { cacheFolder } from '../../../rehearsal/engines/fetched-packages';

const run = promisify(execFile);

interface CronSource {
  readonly suite: string;
  readonly source: string;
  /** In the cache. */
  readonly name: string;
  /** Where its files are, in the folder of the source. */
  readonly folder: string;
  readonly files: readonly string[];
  readonly flags: (source: string) => readonly string[];
}

const FILES = ['cron', 'entry', 'env', 'misc', 'user'];

const SOURCES: Readonly<Record<Dialect, CronSource>> = {
  cronie: {
    ...{ suite: 'trixie', source: 'cronie', name: 'cronie-1.7-source', folder: 'src', files: [...FILES, 'pw_dup'] },
    flags: (source) => [
      ...[`-I${join(__dirname, 'cronie')}`, `-I${source}`, `-I${join(source, 'src')}`],
      ...['-DORACLE_FOREGROUND="-n"', '-DORACLE_LOADS=int', '-DORACLE_LOADED=return 1'],
    ],
  },
  debian: {
    ...{ suite: 'bookworm', source: 'cron', name: 'cron-3.0-source', folder: '.', files: FILES },
    flags: (source) => [
      ...[`-I${source}`, '-DPOSIX', '-DDEBUGGING=0', '-DSYS_TIME_H=0'],
      ...['-DORACLE_FOREGROUND="-f"', '-DORACLE_LOADS=void', '-DORACLE_LOADED=return'],
    ],
  },
};

/** Calls of cron's code that the oracle answers. */
const WRAPPED = [
  ...['time', 'sleep', 'gmtime', 'localtime', 'setenv', 'getenv', 'creat', 'syslog', 'log_it'],
  ...['acquire_daemonlock', 'set_cron_uid', 'set_cron_cwd', 'check_spool_dir'],
];

/** Whether this machine can unpack a source package, and compile it. */
export const canCompile = ['/usr/bin/cc', '/usr/bin/dpkg-source'].every((program) => existsSync(program));

/** A line as it is asked about: its time fields, and the zone of a CRON_TZ above it. */
export interface AskedLine {
  readonly fields: string;
  readonly cronTimeZone?: string;
}

/** How often a line is started, and a digest of the minutes. */
export interface Starts {
  readonly count: number;
  readonly digest: number;
}

/** As the oracle makes it. */
export function startsOf(minutes: readonly Date[]): Starts {
  let digest = 0;
  for (const minute of minutes) digest = (Math.imul(digest, 31) + minute.getTime() / 60_000) >>> 0;
  return { count: minutes.length, digest };
}

/** A cron that is told what time it is, and tells when it would start what. */
export class CronOracle {
  /** Its source is fetched once. */
  static async compiled(dialect: Dialect): Promise<CronOracle> {
    const { suite, source, name, folder, files, flags } = SOURCES[dialect];
    const unpacked = join(cacheFolder(), name);
    if (!existsSync(unpacked)) await fetchDebianSource({ suite, source, folder: unpacked });
    const work = mkdtempSync(join(tmpdir(), 'cron-oracle-'));
    const cc = (...args: readonly string[]) =>
      run('cc', ['-w', '-O2', '-D_GNU_SOURCE', ...flags(unpacked), ...args], { cwd: work });
    const objects = files.map((file) => `${file}.o`);
    for (const file of files) {
      const main = file === 'cron' ? ['-Dmain=cron_main'] : [];
      await cc(...main, '-c', join(unpacked, folder, `${file}.c`), '-o', `${file}.o`);
    }
    const wraps = WRAPPED.map((call) => `-Wl,--wrap=${call}`);
    await cc(join(__dirname, 'oracle.c'), ...objects, ...wraps, '-o', 'oracle');
    return new CronOracle(work);
  }

  private constructor(private readonly folder: string) {}

  /** @returns for each line that cron takes, by its place, its starts from one moment on and before another */
  async starts(lines: readonly AskedLine[], zone: string, from: Date, to: Date): Promise<ReadonlyMap<number, Starts>> {
    const file = join(this.folder, 'lines');
    const texts = lines.map(({ fields, cronTimeZone = '-' }, at) => `${at}\t${cronTimeZone}\t${fields}\n`);
    writeFileSync(file, texts.join(''));
    const seconds = [from, to].map((moment) => String(moment.getTime() / 1_000));
    const program = join(this.folder, 'oracle');
    const { stdout } = await run(program, [file, ...seconds], { env: { TZ: zone }, maxBuffer: 10_000_000 });
    const told = stdout.split('\n').filter((line) => line !== '');
    return new Map(
      told.map((line) => {
        const [at = 0, count = 0, digest = 0] = line.split(' ').map(Number);
        return [at, { count, digest }];
      }),
    );
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
