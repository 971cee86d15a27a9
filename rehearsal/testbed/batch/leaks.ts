import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

/** What every secret of the rehearsal has in it, and nothing else: not those of another rehearsal beside it. */
export const PLANTED = `planted-${randomUUID()}`;

const LOOK_MS = 100;

/** Looks at the command lines of all processes of both hosts, as `ps` of anybody there shows them. */
export class CommandLines {
  private readonly timer = setInterval(() => this.look(), LOOK_MS);
  /** Programs that had a secret among their arguments. */
  readonly found = new Set<string>();

  stop(): void {
    clearInterval(this.timer);
  }

  private look(): void {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      const words = commandLineOf(pid);
      if (words.some((word) => word.includes(PLANTED))) this.found.add(words[0] ?? '');
    }
  }
}

function commandLineOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    // It has ended.
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
