import type { Dialect } from '../../../cron/dialect';
import { commandsIn, fetchedPackages, type PackageSet } from '../../engines/fetched-packages';
import { quoted } from '../programs-on-path';

interface CronProgram {
  readonly packages: PackageSet;
  /** In the package. */
  readonly daemon: string;
}

const LIBRARIES = ['libc6', 'libpam0g', 'libselinux1', 'libaudit1', 'libcap-ng0', 'libpcre2-8-0'];

/** Amazon Linux 2023 has cronie 1.5.7; what a line is and how it is started is the same. */
const CRONS: Readonly<Record<Dialect, CronProgram>> = {
  cronie: {
    packages: {
      title: 'cronie 1.7',
      name: 'cronie-1.7-trixie',
      suite: 'trixie',
      megabytes: 4,
      packages: ['cronie', ...LIBRARIES],
    },
    daemon: 'usr/sbin/crond',
  },
  debian: {
    packages: {
      title: 'cron 3.0',
      name: 'cron-3.0-bookworm',
      suite: 'bookworm',
      megabytes: 4,
      packages: ['cron', ...LIBRARIES],
    },
    daemon: 'usr/sbin/cron',
  },
};

/** A cron as a host has it. */
export interface InstalledCron {
  /** The folder of its package, and where the host has it. */
  readonly mounts: Readonly<Record<string, string>>;
  /** Starts the daemon, which goes into the background. */
  readonly tools: Readonly<Record<'crond', string>>;
}

const ON_HOST = '/machine/cron';

/** Fetched once; with the C library that it was built for. */
export async function installedCron(dialect: Dialect): Promise<InstalledCron> {
  const { packages, daemon } = CRONS[dialect];
  const folder = await fetchedPackages(packages);
  const { file, args } = (await commandsIn(folder))(daemon);
  const words = [file, ...args].map((word) => quoted(word.replaceAll(folder, ON_HOST)));
  return { mounts: { [folder]: ON_HOST }, tools: { crond: `#!/bin/sh\nexec ${words.join(' ')} "$@"\n` } };
}
