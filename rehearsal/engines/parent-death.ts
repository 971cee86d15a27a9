import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/**
 * On Linux, what to start a server under so that the kernel ends it when this process is gone, even by SIGKILL, when
 * no handler runs (prctl(2), PR_SET_PDEATHSIG, through util-linux's setpriv). Elsewhere undefined.
 */
export async function parentDeathGuard(): Promise<{ file: string; args: readonly string[] } | undefined> {
  if (process.platform !== 'linux') return undefined;
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const file = join(folder, 'setpriv');
    const there = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (there) return { file, args: ['--pdeathsig', 'KILL', '--'] };
  }
  return undefined;
}
