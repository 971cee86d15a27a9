import type { Finding } from '../../../contract/common';
import { nameSome } from '../../naming';
import { hostOf, type Row, text } from '../result-row';
import type { Survey } from './survey';

const MAX_NAMED = 5;
/** Of RDS itself: its own replicas, which it names as what hangs on the instance. */
const OF_RDS = /^rds(admin|repladmin)$/;

/**
 * Others that read the log of the side that is left: change data capture, replicas of the applications' own. They get nothing more
 * once clients have moved, and the positions that they hold mean nothing on the other side.
 */
export async function checkLogReaders(survey: Survey): Promise<readonly Finding[]> {
  const { side, where, session } = survey.from;
  const dumps = (await session.query('SHOW PROCESSLIST')).filter((row) => /^Binlog Dump/.test(text(row, 'Command')));
  const others = withoutOwn(survey, dumps);
  if (others.length === 0) return [];
  const named = others.map((row) => `${text(row, 'User')}@${hostOf(row)} (connection ${text(row, 'Id')})`);
  return [
    {
      id: `mysql.log-readers.${side}`,
      severity: 'warning',
      message: `Others read the binary log of ${where}: ${nameSome(named, MAX_NAMED)}. After the switch nothing that clients write comes to them any more, and their positions are of this log and no other.`,
      remedy:
        'Change data capture: let it read to the end in the freeze, and start over on the side that serves, from where that log stands then. Replicas of your own: have them follow that side, by global transaction ids or as new copies.',
    },
  ];
}

/** Neither the agent's own, nor RDS's, nor the one by which the other side follows: the user it signs in as is known. */
function withoutOwn({ from, to }: Survey, dumps: readonly Row[]): readonly Row[] {
  const { self } = from.session;
  const others = dumps.filter(
    (row) => !OF_RDS.test(text(row, 'User')) && !(text(row, 'User') === self.user && hostOf(row) === self.host),
  );
  const follower = to?.replicas.find(({ sourceServerId }) => sourceServerId === from.serverId);
  const own = others.findIndex(
    (row) => follower?.status.receiving === true && text(row, 'User') === follower.sourceUser,
  );
  return others.filter((_, place) => place !== own);
}
