import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/** What every secret of the rehearsal has in it, and nothing else: not those of another rehearsal beside it. */
export const PLANTED = `planted-${randomUUID()}`;

const LOOK_MS = 100;

/** Looks at all processes of both hosts: as `ps` shows them to anybody there, and as the kernel shows them to their user. */
export class Processes {
  private readonly timer = setInterval(() => this.look(), LOOK_MS);
  /** What is wrong, a sentence each. */
  readonly leaks = new Set<string>();

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const words = wordsIn(`/proc/${pid}/cmdline`);
      const program = words[0] ?? '';
      if (words.some((word) => word.includes(PLANTED))) {
        this.leaks.add(`A secret was an argument of ${program}: ${words.join(' ').trim().replaceAll(PLANTED, '***')}`);
      }
      const environment = wordsIn(`/proc/${pid}/environ`);
      if (!environment.some((variable) => variable.includes(PLANTED))) continue;
      if (!environment.some((variable) => variable.startsWith('CUTOVER_JOB='))) {
        this.leaks.add(`A secret was in the environment of ${program}, which is no job.`);
      }
      const [limits = ''] = wordsIn(`/proc/${pid}/limits`);
      if (limits !== '' && !/^Max core file size +0 +0 /m.test(limits)) {
        this.leaks.add(`${program} has a secret in its environment, and may leave a core file.`);
      }
    }
  }
}

/** Nothing where it has ended, or is somebody else's. */
function wordsIn(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** Files below a folder of this machine that have a secret in them. */
export async function filesWithSecrets(folder: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    execFile('grep', ['-rlF', '-D', 'skip', '-e', PLANTED, '.'], { cwd: folder }, (error, stdout) => {
      // 1: none has.
      if (error !== null && error.code !== 1) reject(error);
      else resolve(stdout.split('\n').filter((file) => file !== ''));
    });
  });
}

/** Where a secret stands that only the environment of a job was to have, a sentence each. */
export async function placesWithSecrets(
  folders: Readonly<Record<string, string>>,
  texts: Readonly<Record<string, string | undefined>>,
): Promise<string[]> {
  const files = await Promise.all(
    Object.entries(folders).map(async ([name, folder]) =>
      (await filesWithSecrets(folder)).map((file) => `A secret is in ${file} of ${name}.`),
    ),
  );
  const leaking = Object.entries(texts).filter(([, text]) => text?.includes(PLANTED));
  return [...files.flat(), ...leaking.map(([name]) => `A secret is in ${name}.`)];
}
