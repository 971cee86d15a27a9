import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A new process namespace, its own /proc, and a file system that nobody else sees. */
const PROBE = 'mount -t tmpfs none /mnt && mkdir /mnt/proc && mount -t proc proc /mnt/proc';

/**
 * Why this machine cannot run hosts of their own, in one sentence; undefined where it can.
 */
export async function whyNotIsolated(uid = process.getuid?.()): Promise<string | undefined> {
  if (process.platform !== 'linux') return `Hosts of their own need Linux; this is ${process.platform}.`;
  if (uid !== 0) {
    return 'Hosts of their own need root, for users, mounts and process namespaces: run it as root, e.g. with sudo, or in a container.';
  }
  try {
    await run('unshare', ['--mount', '--pid', '--uts', '--ipc', '--fork', 'sh', '-c', PROBE]);
    return undefined;
  } catch (error) {
    const { stderr = '', message } = error as Error & { stderr?: string };
    const reason = stderr.trim().split('\n').at(-1) || message;
    return `Hosts of their own need namespaces and mounts, and this machine refuses them (${reason}): run it outside of a container, or in one with --privileged.`;
  }
}
