import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where both hosts reach what is outside of them. */
export const OUTSIDE = '/mnt/outside';

/** Of the shell's: what green's runner says, and blue's cron does not. */
const SLOT = '$' + '{CUTOVER_SLOT:--}';

/** What a script of a job has done to something that is outside of both hosts. */
export interface SideEffect {
  /** What it did, the same on both hosts. */
  readonly what: string;
  readonly host: string;
  readonly user: string;
  /** Of the script. */
  readonly pid: number;
  /** By the clock of the host. */
  readonly at: Date;
  /** The minute that the run was for, where the script was told: on green. */
  readonly slot?: Date;
  /** Of a run that no schedule has asked for: which it was. */
  readonly byHand?: string;
}

/**
 * A line of a POSIX shell that leaves a side effect as a database or a partner would see it: once each time that it is run.
 * Written by the script itself, and not by what has started the script.
 */
export function leave(what: string): string {
  const fields = [what, '$(cat /etc/hostname)', '$(id -un)', '$$', '$(date -u +%Y-%m-%dT%H:%M:%SZ)', SLOT];
  return `echo "${fields.join(' ')}" >> ${OUTSIDE}/effects`;
}

/** What a program is said to have done when a run ends that was to last. */
export const endOf = (job: string) => `${job}:end`;

/** Lines of a POSIX shell: the programs of some jobs go on for a while, and leave an effect as they end. */
export function last(job: string, lasting: Readonly<Record<string, number>>): string {
  return Object.entries(lasting)
    .map(([name, seconds]) => `if [ "${job}" = ${name} ]; then sleep ${seconds}; ${leave(endOf(name))}; fi\n`)
    .join('');
}

/** The world outside of both hosts, in which each script leaves a line. */
export class Outside {
  readonly folder = mkdtempSync(join(tmpdir(), 'outside-'));
  private readonly file = join(this.folder, 'effects');

  constructor() {
    writeFileSync(this.file, '');
    // Every user of every host writes into it.
    chmodSync(this.folder, 0o755);
    chmodSync(this.file, 0o666);
  }

  get effects(): readonly SideEffect[] {
    const lines = readFileSync(this.file, 'utf8').split('\n');
    return onceARun(lines.filter((line) => line !== '').map(readEffect));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A script that reaches out twice, as one with a pipe does, is one run: its process and its slot say so. */
export function onceARun(effects: readonly SideEffect[]): SideEffect[] {
  const seen = new Set<string>();
  return effects.filter(({ what, host, pid, slot, byHand = slot?.toISOString() }) => {
    const run = [what, host, pid, byHand].join(' ');
    return byHand === undefined || (!seen.has(run) && seen.add(run));
  });
}

function readEffect(line: string): SideEffect {
  const [what = '', host = '', user = '', pid = '', at = '', told = '-'] = line.split(' ');
  const slot = minuteOf(told);
  return {
    ...{ what, host, user, pid: Number(pid), at: new Date(at) },
    ...(slot !== undefined && { slot }),
    ...(slot === undefined && told !== '-' && { byHand: told }),
  };
}

/** `20201101T0535Z-0635`: a run by hand, or at boot, has no such minute. */
function minuteOf(slot: string): Date | undefined {
  const [, year, month, day, hour, minute] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)Z-\d{4}$/.exec(slot) ?? [];
  return year === undefined ? undefined : new Date(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
}
