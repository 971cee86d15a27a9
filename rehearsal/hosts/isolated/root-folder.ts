import { chmod, chown, cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A user of a host, before the deploy makes its own. */
export interface HostUser {
  readonly name: string;
  readonly uid: number;
}

export interface RootFolderProps {
  readonly hostname: string;
  readonly timeZone: string;
  readonly users: readonly HostUser[];
}

/** What is on a host's disk: it outlives the host's death. /usr is the machine's. */
export const DISK = ['etc', 'var', 'opt', 'home', 'root', 'srv'] as const;

const SYSTEM_USERS = ['root:x:0:0:root:/root:/bin/sh', 'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin'];
const SYSTEM_GROUPS = ['root:x:0:', 'crontab:x:101:', 'nogroup:x:65534:'];

/** Lays out the disk of a host that has only just been installed. Nothing of it is the machine's but links. */
export async function writeDisk(disk: string, props: RootFolderProps): Promise<void> {
  const { hostname, timeZone, users } = props;
  for (const folder of FOLDERS) await mkdir(join(disk, folder), { recursive: true, mode: 0o755 });
  await chmod(join(disk, 'var/tmp'), 0o1777);
  const passwd = users.map(({ name, uid }) => `${name}:x:${uid}:${uid}::/home/${name}:/bin/sh`);
  const locked = [...SYSTEM_USERS, ...passwd].map((line) => `${line.split(':')[0]}:*:18000::::::`);
  const files: Record<string, string> = {
    passwd: lines(...SYSTEM_USERS, ...passwd),
    group: lines(...SYSTEM_GROUPS, ...users.map(({ name, uid }) => `${name}:x:${uid}:`)),
    hostname: lines(hostname),
    hosts: lines('127.0.0.1 localhost', `127.0.1.1 ${hostname}`),
    'nsswitch.conf': lines('passwd: files', 'group: files', 'shadow: files', 'hosts: files'),
    'login.defs': lines('USERGROUPS_ENAB yes', 'UID_MIN 1000', 'UID_MAX 60000', 'GID_MIN 1000', 'GID_MAX 60000'),
    'pam.d/other': PAM,
    'ld.so.preload': lines('/machine/clock.so'),
    crontab: lines('SHELL=/bin/sh', 'PATH=/usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin'),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(disk, 'etc', name), text, { mode: 0o644 });
  for (const { name, uid } of users) {
    await mkdir(join(disk, 'home', name), { mode: 0o755 });
    await chown(join(disk, 'home', name), uid, uid);
  }
  await writeFile(join(disk, 'etc/shadow'), lines(...locked), { mode: 0o600 });
  await symlink(join('/usr/share/zoneinfo', timeZone), join(disk, 'etc/localtime'));
  await symlink('/run', join(disk, 'var/run'));
  // Red Hat's cronie has crontabs of users a folder higher than Debian's crons: both find them.
  await symlink('.', join(disk, 'var/spool/cron/crontabs'));
  // Half of /usr/bin leads through these.
  await cp('/etc/alternatives', join(disk, 'etc/alternatives'), { recursive: true, verbatimSymlinks: true });
}

const FOLDERS = [
  'etc/cron.d',
  'etc/pam.d',
  'var/log',
  'var/lib',
  'var/tmp',
  'var/spool/cron',
  'opt',
  'home',
  'root',
  'srv',
];

/** Nobody signs in here; cron asks for each of its jobs. */
const PAM = lines('auth required pam_permit.so', 'account required pam_permit.so', 'session required pam_permit.so');

function lines(...all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}
