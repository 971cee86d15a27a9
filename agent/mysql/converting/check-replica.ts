import type { Finding } from '../../../contract/common';
import { AgentError } from '../../errors';
import { nameSome } from '../../naming';
import { describeGroups, groupConnections } from '../../sql/connection-groups';
import { connectedClients } from '../connected';
import { alterEvents, enabledEvents, listedEvents } from '../events';
import { describeReplica, endingDelay, type Following } from '../following';
import { grantsOf } from '../grants';
import { replicationProcedures } from '../procedures';
import { type Replica, replicasOf } from '../replicas';
import { text } from '../result-row';
import type { Session } from '../session';
import { runs } from './following-blue';
import { leftoverTables } from './leftover-tables';

/** Of what it does on a side, what it does here: it sees who is connected and what replicates, and reads the log. */
const READS = ['SELECT', 'PROCESS', 'REPLICATION CLIENT', 'REPLICATION SLAVE'];
/** And it rebuilds tables. */
const WRITES = ['ALTER', 'CREATE', 'INSERT', 'INDEX'];

/** What would keep the converting replica from being converted, or from being followed by green. */
export async function checkReplica(following: Following): Promise<readonly Finding[]> {
  const { to } = following;
  const rows = await to.query('SHOW GLOBAL VARIABLES');
  const variables = new Map(rows.map((row) => [text(row, 'Variable_name'), text(row, 'Value')]));
  return [
    ...(await follows(following)),
    ...settings(to, variables),
    ...(await retention(to)),
    ...versions(following),
    ...(await privileges(to)),
    ...(await events(to, variables)),
    ...(await others(to)),
    ...(await leftovers(to)),
  ];
}

async function follows(following: Following): Promise<readonly Finding[]> {
  const { from, to } = following;
  const findings: Finding[] = [];
  let own: Replica | undefined;
  for (const replica of await replicasOf(to, 'converting')) {
    if (following.isFromHere(replica)) own = replica;
    else findings.push(await foreign(to, replica));
  }
  if (own === undefined) {
    findings.push({
      id: 'mysql.not-replicating.converting',
      severity: 'error',
      message: `${to.place} does not replicate from ${from.place}: what it has is of another server, or as of when it was cut off.`,
      remedy: 'See in RDS which instance it is a replica of; create it again as a replica of blue, and convert it.',
    });
    return findings;
  }
  if (!runs(own)) {
    findings.push({
      id: 'mysql.replication-stopped.converting',
      severity: 'warning',
      message: `${to.place} does not follow ${from.place} at the moment: ${describeReplica(own)}.`,
      remedy: 'Mend what stopped it; then: cutover-agent mysql.resumereplica',
    });
  }
  if (own.delaySeconds > 0) {
    findings.push({
      id: 'mysql.replication-delayed.converting',
      severity: 'error',
      message: `${to.place} is told to apply everything ${own.delaySeconds} s late (SOURCE_DELAY): it never catches up.`,
      remedy: `End the delay, ${endingDelay(own)}`,
    });
  }
  if (own.filters.length > 0) {
    findings.push({
      id: 'mysql.replication-filters.converting',
      severity: 'error',
      message: `${to.place} leaves out a part of what it replicates: ${own.filters.join(', ')}.`,
      remedy: 'Remove the replicate-* filters from its parameter group, and create it again.',
    });
  }
  return findings;
}

async function foreign(to: Session, { channel, sourceHost, sourcePort }: Replica): Promise<Finding> {
  const procedures = await replicationProcedures(to);
  const name = channel === '' ? 'the default channel' : `the channel "${channel}"`;
  return {
    id: 'mysql.external-replication.converting',
    severity: 'error',
    message: `${to.place} is configured to replicate on ${name} from ${sourceHost}:${sourcePort}, which is not blue.`,
    remedy: `If nobody needs it, on the converting replica: ${procedures.stop(channel)}; ${procedures.reset(channel)};`,
  };
}

interface Setting {
  readonly names: readonly string[];
  readonly wanted: string;
  readonly otherwise: string;
  readonly severity?: Finding['severity'];
}

const SETTINGS: readonly Setting[] = [
  { names: ['log_bin'], wanted: 'ON', otherwise: 'green could not follow it. RDS: a backup retention above 0' },
  { names: ['binlog_format'], wanted: 'ROW', otherwise: 'a statement need not do on green what it did there' },
  {
    names: ['log_replica_updates', 'log_slave_updates'],
    wanted: 'ON',
    otherwise: 'what it applies from blue would not come to green',
  },
  { names: ['read_only'], wanted: 'OFF', otherwise: 'nothing could be converted' },
  { names: ['super_read_only'], wanted: 'OFF', otherwise: 'nothing could be converted' },
  {
    names: ['binlog_row_image'],
    wanted: 'FULL',
    otherwise: 'a row that differs already is changed without being noticed',
    severity: 'warning',
  },
];

function settings({ place }: Session, variables: ReadonlyMap<string, string>): readonly Finding[] {
  return SETTINGS.flatMap(({ names, wanted, otherwise, severity = 'error' }) => {
    const name = names.find((one) => variables.has(one));
    const is = name === undefined ? undefined : variables.get(name);
    if (name === undefined || is === undefined || is.toUpperCase() === wanted) return [];
    const value = { ON: '1', OFF: '0' }[wanted] ?? wanted;
    return [
      {
        id: `mysql.${name.replaceAll('_', '-')}.converting`,
        severity,
        message: `${place} has ${name} ${is}: ${otherwise}.`,
        remedy: `Set ${name} to ${value} in the parameter group of the converting replica${name === 'log_bin' ? ', with backups on' : ''}, and reboot it where it does not take effect.`,
      },
    ];
  });
}

/** NULL: RDS removes each log once its own replicas have it. Green is one, and is not waited for while stopped. */
async function retention(to: Session): Promise<readonly Finding[]> {
  let rows: Awaited<ReturnType<Session['query']>>;
  try {
    rows = await to.query('CALL mysql.rds_show_configuration');
  } catch (error) {
    if (error instanceof AgentError && error.name === 'Agent.CommandForbidden') return [];
    throw error;
  }
  const row = rows.find((one) => text(one, 'name') === 'binlog retention hours');
  if (row === undefined || !['', 'NULL', '0'].includes(text(row, 'value'))) return [];
  return [
    {
      id: 'mysql.binlog-retention.converting',
      severity: 'warning',
      message: `${to.place} keeps its binary logs for no time of their own: green, should it stand for a while, finds them gone and must be created again.`,
      remedy: "On the converting replica: CALL mysql.rds_set_configuration('binlog retention hours', 24);",
    },
  ];
}

/** Blue's own version: an older one does not replicate, and a newer one is one more thing that changes. */
function versions({ from, to }: Following): readonly Finding[] {
  const [was, is] = [from.dialect, to.dialect];
  const [major = 0, minor = 0] = was.version.split('.').map(Number);
  if (was.mariadb === is.mariadb && is.atLeast(major, minor)) return [];
  return [
    {
      id: 'mysql.older.converting',
      severity: 'error',
      message: `${to.place} runs ${is.version}, and ${from.place} ${was.version}: MySQL replicates to the same or to a later version.`,
      remedy: "Create it again of blue's version.",
    },
  ];
}

async function privileges(to: Session): Promise<readonly Finding[]> {
  const grants = await grantsOf(to);
  const lacks = (privilege: string) => !grants.all && !grants.everywhere.has(privilege);
  // Granted on databases of their own they do as well: what lacks them there is said by the step that fails.
  const lines = (await to.query('SHOW GRANTS')).flatMap((row) => Object.values(row).map(String));
  const onSome = lines.some((line) => /^GRANT .*\bALTER\b.* ON (?!\*\.\*)/.test(line));
  const lacking = [...READS.filter(lacks), ...(onSome ? [] : WRITES.filter(lacks))];
  if (lacking.length === 0) return [];
  return [
    {
      id: 'mysql.user-lacks.converting',
      severity: 'error',
      message: `The agent's user ${to.self.user} on ${to.place} lacks ${lacking.join(', ')}: it could not convert a table, or not see what happens there.`,
      remedy: `On the converting replica: GRANT ${lacking.join(', ')} ON *.* TO '${to.self.user}'@'%';`,
    },
  ];
}

/** A replica holds its source's events disabled, unless somebody has enabled them there. */
async function events(to: Session, variables: ReadonlyMap<string, string>): Promise<readonly Finding[]> {
  if (!/^ON$/i.test(variables.get('event_scheduler') ?? '')) return [];
  const names = await enabledEvents(to);
  if (names.length === 0) return [];
  return [
    {
      id: 'mysql.events-run.converting',
      severity: 'error',
      message: `${to.place} runs scheduled events: ${listedEvents(names)}. It would write by itself what the replication brings as well.`,
      remedy: `On the converting replica: ${alterEvents(names, 'DISABLE')} or set event_scheduler to OFF in its parameter group.`,
    },
  ];
}

async function others(to: Session): Promise<readonly Finding[]> {
  const clients = await connectedClients(to);
  if (clients.length === 0) return [];
  return [
    {
      id: 'mysql.users.converting',
      severity: 'warning',
      message: `Others are connected to ${to.place}: ${describeGroups(groupConnections(clients))}. It is writable, and what they write there comes to green and not to blue; those who read hold up the conversions.`,
      remedy: 'Let nobody but the migration host into its security group until it is retired.',
    },
  ];
}

async function leftovers(to: Session): Promise<readonly Finding[]> {
  const names = await leftoverTables(to);
  if (names.length === 0) return [];
  return [
    {
      id: 'mysql.leftover-tables.converting',
      severity: 'warning',
      message: `${to.place} has tables that an interrupted ALTER left behind: ${nameSome(names)}. They take space and belong to nobody, unless one runs now.`,
      remedy:
        'Once no ALTER runs, restart the converting replica; what is left then, MySQL 5.7: DROP TABLE `#mysql50##sql-…`; in its database.',
    },
  ];
}
