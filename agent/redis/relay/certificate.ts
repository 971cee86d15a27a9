import { createPrivateKey, X509Certificate } from 'node:crypto';
import { z } from 'zod';
import type { Finding } from '../../../contract/common';
import { AgentError } from '../../errors';
import { jsonOf } from '../../json';

/** What the relay shows clients that come by TLS. Lives in memory only; never logged, never put into an error. */
export interface RelayCertificate {
  /** PEM: the relay's own certificate, and those that lead to the authority that clients know. */
  readonly chain: string;
  /** PEM. */
  readonly privateKey: string;
}

const secret = z.object({ certificate: z.string().min(1), privateKey: z.string().min(1) });

/** An execution may wait for a person for as long. */
const NEEDED_DAYS = 2;
/** So that a rollback has one, too. */
const WATCHED_DAYS = 14;
const DAY_MS = 86_400_000;

/**
 * What a secret holds. Throws `Agent.BadRequest`, with nothing of it, where that is no certificate that can be used.
 *
 * @param where the secret, for the message
 */
export function relayCertificateOf(text: string, where: string): RelayCertificate {
  const parsed = secret.safeParse(jsonOf(text));
  if (!parsed.success) {
    throw notUsable(where, 'it is no JSON with both "certificate" and "privateKey", each a text in PEM');
  }
  const { certificate, privateKey } = parsed.data;
  const certificates = certificatesIn(certificate);
  const [own] = certificates;
  if (own === undefined) throw notUsable(where, 'its "certificate" is none in PEM');
  const key = keyOf(privateKey);
  if (key === undefined) throw notUsable(where, 'its "privateKey" is none in PEM, or wants a passphrase');
  if (!own.checkPrivateKey(key)) throw notUsable(where, 'its private key does not belong to its first certificate');
  const stray = certificates.findIndex((one, i) => i > 0 && certificates[i - 1]?.checkIssued(one) === false);
  if (stray > 0) {
    throw notUsable(where, `certificate ${stray + 1} of its chain is not the one that signed certificate ${stray}`);
  }
  // Texts that were put one behind the other may lack a line's end between them, which OpenSSL wants.
  return { chain: certificates.join(''), privateKey };
}

/** What of it keeps clients away, or soon will. @param neededDays one that ends before is an error */
export function findingsOfCertificate(
  { chain }: RelayCertificate,
  recordName: string,
  now: number,
  neededDays = NEEDED_DAYS,
): readonly Finding[] {
  const certificates = certificatesIn(chain);
  return [...doesNotCover(certificates, recordName), ...ends(certificates, now, neededDays)];
}

/** Throws `Agent.BadRequest` where a client that checks certificates does not accept this one now: a rollback may need it. */
export function requireAccepted(certificate: RelayCertificate, recordName: string, now: number): void {
  const findings = findingsOfCertificate(certificate, recordName, now, 0);
  const error = findings.find(({ severity }) => severity === 'error');
  if (error !== undefined) throw new AgentError('Agent.BadRequest', `${error.message} ${error.remedy}`);
}

function doesNotCover([own]: readonly X509Certificate[], recordName: string): readonly Finding[] {
  if (own === undefined || own.checkHost(recordName) !== undefined) return [];
  return [
    {
      id: 'redis.relay-certificate-name',
      severity: 'error',
      message: `The relay's certificate (${own.subjectAltName?.replaceAll('DNS:', '') ?? own.subject}) does not cover ${recordName}: clients that check the name they connect by refuse it.`,
      remedy: `Put one into the secret of relay.certificate that is made out to ${recordName}.`,
    },
  ];
}

/** The first of the chain that ends, ends it. */
function ends(certificates: readonly X509Certificate[], now: number, neededDays: number): readonly Finding[] {
  const begins = Math.max(...certificates.map(({ validFrom }) => Date.parse(validFrom)));
  const end = Math.min(...certificates.map(({ validTo }) => Date.parse(validTo)));
  const daysLeft = (end - now) / DAY_MS;
  if (begins <= now && daysLeft >= WATCHED_DAYS) return [];
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
  const when =
    begins > now ? `is valid from ${day(begins)} UTC on` : `${end <= now ? 'ended' : 'ends'} at ${day(end)} UTC`;
  return [
    {
      id: 'redis.relay-certificate-ends',
      severity: begins > now || daysLeft < neededDays ? 'error' : 'warning',
      message: `The relay's certificate, or one of its chain, ${when}. Clients come by it now, and at a rollback.`,
      remedy: `Put one into the secret of relay.certificate that is valid now and for ${WATCHED_DAYS} days at least; the relay reads it when it starts.`,
    },
  ];
}

function certificatesIn(chain: string): readonly X509Certificate[] {
  const blocks = chain.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return [];
  }
}

function keyOf(pem: string) {
  try {
    return createPrivateKey(pem);
  } catch {
    return undefined;
  }
}

function notUsable(where: string, why: string): AgentError {
  return new AgentError(
    'Agent.BadRequest',
    `Secret ${where} cannot be the relay's certificate, for ${why}: accepted is JSON with "certificate", the chain in PEM with the relay's own first, and "privateKey" in PEM, without a passphrase.`,
  );
}
