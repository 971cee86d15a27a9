import type { Finding, Side } from '../../../contract/common';
import { AgentError } from '../../errors';
import type { ResolvedDatabase } from '../../sql/databases';
import { closeConnections } from '../connected';
import { hasNoConnectionLeft } from '../explain';
import { type Grants, grantsOf } from '../grants';
import { calledProcedures } from '../procedures';
import { figure } from '../result-row';
import { Session } from '../session';
import { noConnectionLeft } from './capacity';

/** What the agent does on a side: reads rows and definitions, sees who is connected and what replicates, reads the log. */
const NEEDED = ['SELECT', 'SHOW VIEW', 'TRIGGER', 'EVENT', 'PROCESS', 'REPLICATION CLIENT', 'REPLICATION SLAVE'];
const HARMLESS = new Set(['USAGE', 'SHOW DATABASES', 'XA_RECOVER_ADMIN']);
const MAX_NAMED = 6;

/**
 * The agent's user may do what it must, and no more. What it may not see it would not compare: that is an error, and never
 * a difference less.
 */
export async function checkPrivileges(
  side: Side,
  endpoint: ResolvedDatabase,
  session: Session,
): Promise<readonly Finding[]> {
  const where = `${side} (${session.where})`;
  return [...(await ofUser(side, where, session)), ...(await mayKill(side, where, endpoint, session))];
}

async function ofUser(side: Side, where: string, session: Session): Promise<readonly Finding[]> {
  const needed = [...NEEDED, ...beside(session)];
  const grants = await grantsOf(session);
  const user = `'${session.self.user}'@'%'`;
  const lacking = grants.all ? [] : needed.filter((privilege) => !grants.everywhere.has(privilege));
  const more = grants.all ? ['ALL PRIVILEGES'] : [...moreEverywhere(grants, needed), ...moreBesides(grants)];
  const findings: Finding[] = [];
  if (lacking.length > 0) {
    findings.push({
      id: `mysql.user-lacks.${side}`,
      severity: 'error',
      message: `The agent's user ${session.self.user} on ${where} lacks ${lacking.join(', ')}: what it cannot see would not be compared.`,
      remedy: `On ${side}: GRANT ${lacking.join(', ')} ON *.* TO ${user};`,
    });
  }
  if (grants.revoked.length > 0) {
    findings.push({
      id: `mysql.user-lacks-databases.${side}`,
      severity: 'error',
      message: `The agent's user ${session.self.user} on ${where} is kept out of ${grants.revoked.join(', ')} (partial revokes): what is in there would not be compared.`,
      remedy: `On ${side}: GRANT SELECT, SHOW VIEW, TRIGGER, EVENT on each of them TO ${user}, which takes the revoke back.`,
    });
  }
  const forbidden = (await calledProcedures(session)).filter((procedure) => !grants.mayCall(procedure));
  if (forbidden.length > 0) {
    findings.push({
      id: `mysql.user-lacks-procedures.${side}`,
      severity: 'error',
      message: `The agent's user ${session.self.user} on ${where} may not call ${forbidden.map((name) => `mysql.${name}`).join(', ')}: sessions could not be ended, or replication be set up and cleared.`,
      remedy: `On ${side}: GRANT EXECUTE ON mysql.* TO ${user}; A grant on single procedures does as well on a server that nothing replicates from: it stops a replica that has no procedure of the name.`,
    });
  }
  if (more.length > 0) {
    findings.push({
      id: `mysql.user-has-more.${side}`,
      severity: 'warning',
      message: `The agent's user ${session.self.user} on ${where} has more than it needs (${some(more)}): it reads what others own, and its password is in a secret.`,
      remedy: `Put a user of its own into the secret: CREATE USER 'cutover_agent'@'%' IDENTIFIED BY '…'; GRANT ${needed.join(', ')} ON *.* TO 'cutover_agent'@'%'; GRANT EXECUTE ON mysql.* TO 'cutover_agent'@'%';`,
    });
  }
  if (!grants.all && more.length === 0 && grants.mayCallAll) findings.push(await callsAll(side, where, session));
  return findings;
}

function moreEverywhere({ everywhere }: Grants, needed: readonly string[]): readonly string[] {
  return [...everywhere].filter((privilege) => !needed.includes(privilege) && !HARMLESS.has(privilege));
}

/** To read is what it is for, and smoke queries may call functions of the app's. */
function moreBesides({ besides }: Grants): readonly string[] {
  return besides.flatMap(({ privileges, on }) =>
    privileges
      .filter((privilege) => ![...NEEDED, ...HARMLESS, 'EXECUTE'].includes(privilege))
      .map((privilege) => (on === '*.*' ? privilege : `${privilege} on ${on}`)),
  );
}

/**
 * Some of RDS's procedures skip what a replication cannot apply, or set how long logs are kept. That the agent may call all
 * is what docs/databases.md asks for where replicas are made, so it is said and nothing more.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.MySQL.SQLRef.html
 */
async function callsAll(side: Side, where: string, session: Session): Promise<Finding> {
  const user = `'${session.self.user}'@'%'`;
  const called = (await calledProcedures(session)).map((name) => `mysql.${name}`);
  const each = called.map((name) => `GRANT EXECUTE ON PROCEDURE ${name} TO ${user};`);
  return {
    id: `mysql.user-calls-all.${side}`,
    severity: 'info',
    message: `The agent's user ${session.self.user} on ${where} may call every procedure of the database mysql, and calls only ${called.join(', ')}.`,
    remedy: `Where ${side} has no replica and is none: REVOKE EXECUTE ON mysql.* FROM ${user}; ${each.join(' ')} Else leave it: a grant on a procedure that a replica does not have stops that replica.`,
  };
}

/** Who sees the statements of routines, and the state of replication: newer privileges, which older servers do not know. */
function beside({ dialect }: Session): readonly string[] {
  if (dialect.mariadb) return dialect.atLeast(10, 5, 9) ? ['SLAVE MONITOR'] : [];
  return dialect.atLeast(8, 0, 20) ? ['SHOW_ROUTINE'] : [];
}

/**
 * Ends a session of its own, as others' will be ended in the night: that the procedure is there does not say that this user
 * may call it. AWS has the master user call it; with EXECUTE on it others can.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/mysql-stored-proc-ending.html
 */
async function mayKill(
  side: Side,
  where: string,
  endpoint: ResolvedDatabase,
  session: Session,
): Promise<readonly Finding[]> {
  let victim: Session | undefined;
  try {
    victim = await Session.open(endpoint, 'preflight');
    const row = await victim.row('SELECT CONNECTION_ID() AS id');
    await closeConnections(session, [{ id: figure(row, 'id') ?? 0 }]);
    return [];
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    if (hasNoConnectionLeft(error)) return [noConnectionLeft(side, where)];
    return [
      {
        id: `mysql.no-rds-procedures.${side}`,
        severity: 'error',
        message: `${where} does not let ${session.self.user} end a session by mysql.rds_kill: nobody could be kept from writing, or replication be cleared.`,
        remedy: `On ${side}: GRANT EXECUTE ON mysql.* TO '${session.self.user}'@'%'; If RDS refuses the call all the same, put the master user into the secret.`,
      },
    ];
  } finally {
    victim?.close();
  }
}

function some(names: readonly string[]): string {
  const rest = names.length - MAX_NAMED;
  return `${names.slice(0, MAX_NAMED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
