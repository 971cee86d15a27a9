import type { Finding } from '../../../contract/common';
import { nameSome } from '../../naming';
import type { Databases } from '../../sql/databases';
import type { Report } from '../../verb';
import { conversionsOn } from '../conversions';
import { checkReplica } from '../converting/check-replica';
import { checkStrays } from '../converting/strays';
import { describeReplica, Following } from '../following';
import type { Session } from '../session';
import type { Survey, SurveyedConverting } from './survey';

const MAX_NAMED = 5;

/** What is between the two sides: whether it is converted, followed and untouched. */
export async function checkConverting(
  databases: Databases,
  { from, to }: Survey,
  { session }: SurveyedConverting,
  report: Report,
): Promise<readonly Finding[]> {
  const { endpoint } = databases.requireConverting();
  const following = await Following.between(from.session, session);
  return [
    ...(await checkReplica(following)),
    ...(await checkStrays(databases, endpoint, session, report)),
    ...(await remaining(databases, following)),
    ...(await standing(following)),
    ...greenOlder(session, to?.session),
  ];
}

/** A conversion once clients wait for green would keep it behind for as long as it takes. */
async function remaining(databases: Databases, following: Following): Promise<readonly Finding[]> {
  const { steps, findings } = await conversionsOn(databases, following);
  const open = steps.filter(({ done }) => !done).map(({ id }) => id);
  const refused = findings.filter(({ severity }) => severity === 'error');
  if (open.length === 0) return findings;
  return [
    {
      id: 'mysql.conversions-remain',
      severity: 'error',
      message: `${following.to.place} is not converted yet: ${nameSome(open, MAX_NAMED)}.`,
      remedy: 'Run the action "prepare" first, days before: {"action":"prepare"}.',
    },
    ...refused,
  ];
}

/** Each of the two on the way, as it stands now. */
async function standing(following: Following): Promise<readonly Finding[]> {
  const { to } = following;
  // What there is of it that is wrong has been said.
  const replica = await following.replica().catch(() => undefined);
  const lag = replica?.status.lagSeconds ?? 0;
  if (replica === undefined || lag === 0) return [];
  return [
    {
      id: 'mysql.lag.converting',
      severity: 'warning',
      message: `${to.place} is ${lag} s behind (${describeReplica(replica)}): green cannot be nearer to blue than it is.`,
      remedy:
        'Wait until it has caught up (cutover-agent mysql.awaitlag --to converting), or give it a larger class or more IOPS.',
    },
  ];
}

function greenOlder(converting: Session, green: Session | undefined): readonly Finding[] {
  if (green === undefined) return [];
  const [is, willBe] = [converting.dialect, green.dialect];
  const [major = 0, minor = 0] = is.version.split('.').map(Number);
  if (is.mariadb !== willBe.mariadb || willBe.atLeast(major, minor)) return [];
  return [
    {
      id: 'mysql.green-older.converting',
      severity: 'error',
      message: `${green.place} runs ${willBe.version}, which is older than ${is.version} of ${converting.place}: MySQL does not replicate backwards.`,
      remedy: `Create green with ${major}.${minor} or later.`,
    },
  ];
}
