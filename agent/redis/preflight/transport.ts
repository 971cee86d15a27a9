import { isIP } from 'node:net';
import { checkServerIdentity, connect, type PeerCertificate } from 'node:tls';
import type { Finding } from '../../../contract/common';
import { AgentError } from '../../errors';
import { Client } from '../client';
import { address, type ResolvedEndpoint } from '../endpoint';
import type { Survey, SurveyedSide } from './survey';

/** Whether a client that merely follows the record to the other cache can still connect and log in there. */
export async function checkTransport(survey: Survey): Promise<readonly Finding[]> {
  return [
    ...port(survey),
    ...credentials(survey),
    ...(await transport(survey)),
    ...(await certificateName(survey, survey.to)),
  ];
}

function port({ from, to, recordName }: Survey): readonly Finding[] {
  if (from.endpoint.port === to.endpoint.port) return [];
  return [
    {
      id: 'redis.port-differs',
      severity: 'warning',
      message: `${from.where} and ${to.where} listen on different ports; the record ${recordName} moves a name, not a port.`,
      remedy:
        'Give the target the same port, or have clients take the port from somewhere that changes with the switch.',
    },
  ];
}

function credentials({ from, to }: Survey): readonly Finding[] {
  const same = from.endpoint.password === to.endpoint.password && from.endpoint.username === to.endpoint.username;
  if (same) return [];
  return [
    {
      id: 'redis.credentials-differ',
      severity: 'warning',
      message: `The agent logs in to ${from.where} and ${to.where} with different credentials; clients that do so as well are refused after the switch.`,
      remedy:
        'Let both sides accept the same credentials for the time of the migration, or see that clients have both.',
    },
  ];
}

/** With transit encryption "preferred" ElastiCache takes TLS and plain connections alike. */
async function transport({ from, to }: Survey): Promise<readonly Finding[]> {
  if (from.endpoint.tls === to.endpoint.tls || (await accepts({ ...to.endpoint, tls: from.endpoint.tls }))) return [];
  const [before, after] = to.endpoint.tls ? ['without TLS', 'only with TLS'] : ['with TLS', 'only without'];
  return [
    {
      id: 'redis.transport-differs',
      severity: 'error',
      message: `Clients speak to ${from.where} ${before}; ${to.where} can be spoken to ${after}.`,
      remedy:
        'Set transit encryption of the target to "preferred" for the time of the migration, and change the clients afterwards.',
    },
  ];
}

async function accepts(endpoint: ResolvedEndpoint): Promise<boolean> {
  try {
    (await Client.open(endpoint, 'preflight')).close();
    return true;
  } catch (error) {
    if (error instanceof AgentError) return false;
    throw error;
  }
}

/** ElastiCache's certificates are made out to its own names, and the record's is not one of them. */
async function certificateName({ recordName }: Survey, side: SurveyedSide): Promise<readonly Finding[]> {
  if (!side.endpoint.tls) return [];
  const certificate = await certificateOf(side.endpoint);
  if (checkServerIdentity(recordName, certificate) === undefined) return [];
  return [
    {
      id: `redis.tls-name.${side.side}`,
      severity: 'warning',
      message: `The certificate of ${side.where} (${namesOf(certificate)}) does not cover ${recordName}: a client that connects by the record and verifies the name fails.`,
      remedy: `Have clients verify against ${side.endpoint.serverName ?? side.endpoint.host} (servername, server_hostname, ssl_sni…); one that is pinned to the other side's name fails as well.`,
    },
  ];
}

function namesOf({ subject, subjectaltname }: PeerCertificate): string {
  return subjectaltname?.replaceAll('DNS:', '') ?? String(subject.CN);
}

function certificateOf(endpoint: ResolvedEndpoint): Promise<PeerCertificate> {
  const { host, port, serverName, ca } = endpoint;
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, ca, servername: serverName ?? (isIP(host) === 0 ? host : undefined) }, () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.setTimeout(10_000, () => socket.destroy(new Error('did not answer within 10 s')));
    socket.once('error', (error) => {
      reject(
        new AgentError(
          'Agent.Unreachable',
          `The certificate of ${address(endpoint)} cannot be read: ${error.message}.`,
          { cause: error },
        ),
      );
    });
  });
}
