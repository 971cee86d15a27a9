import type { Finding } from '../../../contract/common';
import { describeReplica, endingDelay } from '../following';
import { logFilters } from '../log-filters';
import { replicationProcedures } from '../procedures';
import type { Replica } from '../replicas';
import { filtersOfServer } from '../replication-filters';
import { type Survey, type SurveyedSide, sidesOf } from './survey';

/**
 * Replication that is configured on either side, running or left over. RDS's own switchover fails on it and says so
 * late; elsewhere somebody's writes would go on arriving. The migration's own, of `to` from `from`, is expected.
 */
export async function checkReplication(survey: Survey): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const side of sidesOf(survey)) {
    for (const replica of side.replicas) {
      if (isOwn(survey, side, replica)) {
        findings.push(...stopped(side, replica), ...delayed(side, replica));
      } else if (isPastConverting(survey, side, replica)) findings.push(pastConverting(survey, side));
      else findings.push(await foreign(side, replica));
    }
    findings.push(...(await filtered(survey, side)), ...(await unlogged(side)));
  }
  return [...findings, ...missing(survey)];
}

/** Of `to` from `from`, or from the converting replica between them. */
function isOwn(
  { from, to, converting }: Survey,
  side: SurveyedSide,
  { sourceServerId, sourceHost, sourcePort }: Replica,
): boolean {
  if (side !== to) return false;
  const { serverId } = converting ?? from;
  const { host, port } = converting ?? from.endpoint;
  return (sourceHost === host && sourcePort === port) || sourceServerId === serverId;
}

function isPastConverting({ from, to, converting }: Survey, side: SurveyedSide, { sourceServerId }: Replica): boolean {
  return converting !== undefined && side === to && sourceServerId === from.serverId;
}

function pastConverting({ from, converting }: Survey, side: SurveyedSide): Finding {
  return {
    id: 'mysql.past-converting',
    severity: 'error',
    message: `${side.where} replicates from ${from.where} itself, and not from ${converting?.session.place}: what is converted there does not come to it.`,
    remedy: `Create ${side.side} again, as a replica of the converting replica.`,
  };
}

async function foreign(side: SurveyedSide, replica: Replica): Promise<Finding> {
  const { channel, sourceHost, sourcePort, status } = replica;
  const procedures = await replicationProcedures(side.session);
  const runs = status.receiving || status.applying;
  const name = channel === '' ? 'the default channel' : `the channel "${channel}"`;
  return {
    id: `mysql.external-replication.${side.side}`,
    severity: 'error',
    message:
      `${side.where} ${runs ? 'replicates' : 'does not replicate, but is still configured to,'} on ${name} ` +
      `from ${sourceHost}:${sourcePort}, which is not part of this migration.`,
    remedy: `If nobody needs it, on ${side.side}: ${procedures.stop(channel)}; ${procedures.reset(channel)};`,
  };
}

function stopped(side: SurveyedSide, replica: Replica): readonly Finding[] {
  const { receiving, applying } = replica.status;
  if (receiving && applying) return [];
  return [
    {
      id: 'mysql.replication-stopped',
      severity: 'warning',
      message: `${side.where} does not follow ${replica.sourceHost} at the moment: ${describeReplica(replica)}.`,
      remedy: `Mend what stopped it; then on ${side.side}: CALL mysql.rds_start_replication;`,
    },
  ];
}

/** What is delayed never arrives in the freeze. */
function delayed(side: SurveyedSide, replica: Replica): readonly Finding[] {
  const { delaySeconds } = replica;
  if (delaySeconds === 0) return [];
  return [
    {
      id: 'mysql.replication-delayed',
      severity: 'error',
      message: `${side.where} is told to apply everything ${delaySeconds} s late (SOURCE_DELAY): it never catches up, and clients would wait for as long in the freeze.`,
      remedy: `End the delay, ${endingDelay(replica)}`,
    },
  ];
}

/**
 * What is filtered out is missing on the other side after the switch. A side that does not follow yet has filters all the
 * same, for when it does.
 */
async function filtered({ to }: Survey, side: SurveyedSide): Promise<readonly Finding[]> {
  const { session, replicas, where, variables } = side;
  const ofServer = await filtersOfServer(session, variables);
  const filters = [...new Set([...replicas.flatMap((replica) => replica.filters), ...ofServer])];
  if (filters.length === 0) return [];
  const leavesOut = `leaves out a part of what it replicates: ${filters.join(', ')}`;
  return [
    {
      id: `mysql.replication-filters.${side.side}`,
      severity: 'error',
      message:
        side === to
          ? `${where} ${leavesOut}.`
          : `${where} ${leavesOut}. Once clients have moved it would follow the other side, and a rollback would lose that part of what they wrote.`,
      remedy: `Remove the replicate-* filters from the parameter group of ${side.side} and reboot it${side === to ? ', and fill it again' : ''}. A filter that was set while it runs: CHANGE REPLICATION FILTER with an empty list.`,
    },
  ];
}

/** What is not logged neither comes to the other side nor is known to have changed. */
async function unlogged({ side, where, session }: SurveyedSide): Promise<readonly Finding[]> {
  const { filters } = await logFilters(session);
  if (filters.length === 0) return [];
  return [
    {
      id: `mysql.binlog-filters.${side}`,
      severity: 'error',
      message: `${where} leaves databases out of its binary log: ${filters.join(', ')}.`,
      remedy: `Remove binlog-do-db and binlog-ignore-db from the parameter group of ${side} and reboot it.`,
    },
  ];
}

/** RDS sets the replica of a managed deployment and of a promotion up by itself, so that it must be there. */
function missing({ args, to, from }: Survey): readonly Finding[] {
  if (args.strategy === 'binlogReplica' || to === undefined || to.side === 'blue' || to.replicas.length > 0) return [];
  return [
    {
      id: 'mysql.not-replicating',
      severity: 'warning',
      message: `${to.where} replicates from nowhere, and is to hold the data of ${from.where}.`,
      remedy: 'See in RDS whether it is the replica that this migration is to switch to, or has been promoted already.',
    },
  ];
}
