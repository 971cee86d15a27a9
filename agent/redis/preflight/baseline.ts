import type { Finding } from '../../../contract/common';
import { ACCESS_STRING } from '../access-string';
import { mayRun } from './permissions';
import type { Survey } from './survey';

/** Scripts that write what they have read are replicated by their effects from 5.0 on; before, they are refused. */
const FIRST_VERSION = [5, 0] as const;

/** At LIVE: whether the target can keep what tells a host that takes another's place which writes are clients'. */
export async function checkBaseline({ to, consistency }: Survey): Promise<readonly Finding[]> {
  if (consistency !== 'LIVE') return [];
  const old = !to.version.atLeast(...FIRST_VERSION);
  if (!old && (await mayRun(to, ['eval', 'return 1', '0']))) return [];
  return [
    {
      id: 'redis.baseline-impossible',
      severity: 'warning',
      message:
        `${to.where} cannot keep notes of what was copied (${old ? 'it is older than Redis 5.0' : 'its user may not call EVAL'}): ` +
        'a migration host that is lost while both sides are open takes with it what told the writes of clients from the copy. ' +
        'Where its successor finds a key that differs, the value of the side that clients return to stands, and is counted.',
      remedy: old
        ? 'Pin host.machineImage, and deploy nothing while an execution runs; or choose FENCED.'
        : `Give the user the access string "${ACCESS_STRING}".`,
    },
  ];
}
