import { readFileSync } from 'node:fs';

/** A user of the host. */
export class SystemUser {
  private constructor(
    readonly name: string,
    private readonly uid: string,
    private readonly gid: string,
    readonly home: string,
  ) {}

  /** @throws Error where the host has none of that name */
  static named(name: string, passwd = '/etc/passwd'): SystemUser {
    const entry = readFileSync(passwd, 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .find(([of]) => of === name);
    const [, , uid, gid, , home] = entry ?? [];
    if (uid === undefined || gid === undefined) {
      throw new Error(`The host has no user '${name}': list it in the users of the BatchHost.`);
    }
    return new SystemUser(name, uid, gid, home ?? '/');
  }

  /** The command as this user, with the user's groups. Root runs it as it is. */
  become(command: readonly string[]): readonly string[] {
    if (Number(this.uid) === process.getuid?.()) return command;
    return ['setpriv', `--reuid=${this.uid}`, `--regid=${this.gid}`, '--init-groups', '--', ...command];
  }
}
