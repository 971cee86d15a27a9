import type { Finding } from '../../../contract/common';
import { AgentError } from '../../errors';
import { hasNoConnectionLeft } from '../explain';
import { text } from '../result-row';
import { Session } from '../session';
import { type Survey, type SurveyedSide, sidesOf } from './survey';

/**
 * Whether either side can be signed in to by the user that the other is to replicate as. Otherwise it comes out when
 * writers wait for the rollback to be there.
 */
export async function checkReplicationUser(survey: Survey): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const side of sidesOf(survey)) findings.push(...(await signIn(side)));
  return survey.args.strategy === 'managedBlueGreen' ? findings.map(ofRollback) : findings;
}

/** RDS replicates to green as a user of its own, and has what blue has copied there: only the rollback needs it. */
function ofRollback(found: Finding): Finding {
  return { ...found, severity: 'warning', message: `${found.message} There is no rollback without it.` };
}

async function signIn(side: SurveyedSide): Promise<readonly Finding[]> {
  const { username } = side.replicationCredential;
  const user = `'${username}'@'%'`;
  const grant = `GRANT REPLICATION SLAVE ON *.* TO ${user};`;
  try {
    const session = await Session.open({ ...side.endpoint, ...side.replicationCredential }, 'preflight');
    try {
      if (await mayReplicate(session)) return await transport(side);
      return [finding(side, `has no REPLICATION SLAVE for ${username}`, `On ${side.side}: ${grant}`)];
    } finally {
      session.close();
    }
  } catch (error) {
    if (hasNoConnectionLeft(error)) {
      const raise = 'Raise max_connections, or the limit of that user (max_user_connections), in its parameter group.';
      return [finding(side, `has no connection left for ${username}`, raise)];
    }
    if (!(error instanceof AgentError && error.name === 'Agent.AccessDenied')) throw error;
    const create = `CREATE USER ${user} IDENTIFIED BY '<as in the secret>';`;
    return [finding(side, `does not let ${username} sign in`, `On ${side.side}: ${create} ${grant}`)];
  }
}

async function mayReplicate(session: Session): Promise<boolean> {
  const grants = (await session.query('SHOW GRANTS')).flatMap((row) => Object.values(row).map(String));
  return grants.some((grant) => /^GRANT .*(REPLICATION SLAVE|ALL PRIVILEGES).* ON \*\.\* /.test(grant));
}

/** It works for as long as the server remembers that somebody signed in as the user, and not after its restart. */
async function transport(side: SurveyedSide): Promise<readonly Finding[]> {
  const { username } = side.replicationCredential;
  const row = await side.session.row(
    "SELECT COUNT(*) AS count FROM mysql.user WHERE user = ? AND plugin = 'caching_sha2_password'",
    [username],
  );
  if (side.endpoint.tls || text(row, 'count') === '0') return [];
  const what = `has ${username} authenticate by caching_sha2_password, for which a replica needs TLS`;
  return [{ ...finding(side, what, `Have the migration reach ${side.side} over TLS.`), severity: 'warning' }];
}

function finding({ side, where }: SurveyedSide, what: string, remedy: string): Finding {
  return {
    id: `mysql.replication-user.${side}`,
    severity: 'error',
    message: `${where} ${what}: the other side cannot count on replicating from it.`,
    remedy,
  };
}
