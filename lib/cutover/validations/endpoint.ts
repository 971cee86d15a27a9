import { Token } from 'aws-cdk-lib';
import { ValidationError } from '../../validation-error';

/** A kind of endpoint that is not the one that was asked for. */
export interface OtherEndpoint {
  /** Of the whole name, in lower case. */
  readonly pattern: RegExp;
  /** What it is, as in "got X, a reader endpoint". */
  readonly what: string;
  readonly instead: string;
}

/** @throws if it is not the bare name of a server */
export function assertHost(property: string, address: string, example: string): void {
  if (Token.isUnresolved(address) || /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(address)) return;
  throw new ValidationError(
    `Got ${property} '${address}'. Accepted is a bare host name, such as '${example}': without '…://', and with the port in port.`,
  );
}

/** @throws if AWS names endpoints so that lead elsewhere than to where clients write */
export function assertNoneOf(property: string, address: string, others: readonly OtherEndpoint[]): void {
  if (Token.isUnresolved(address)) return;
  const name = address.toLowerCase();
  for (const { pattern, what, instead } of others) {
    if (pattern.test(name)) throw new ValidationError(`Got ${property} '${address}', ${what}. ${instead}`);
  }
}

/** @param listens on what servers of its kind listen */
export function assertPort(port: number | undefined, listens: string): void {
  if (port === undefined || Token.isUnresolved(port)) return;
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return;
  throw new ValidationError(`Got port ${port}. Accepted are whole numbers from 1 to 65535; ${listens}.`);
}

/**
 * A CNAME leads to a fully qualified name. An address in it would be taken for one, which nobody has.
 *
 * @see https://www.rfc-editor.org/rfc/rfc1035#section-3.3.1
 * @param property of the record, e.g. 'blueTarget'
 */
export function assertCnameTarget(property: string, target: string): void {
  if (Token.isUnresolved(target)) return;
  const isAddress = /^\d+(\.\d+){3}$/.test(target);
  if (!isAddress && target.replace(/\.$/, '').includes('.')) return;
  throw new ValidationError(
    `${property}: got '${target}', ${isAddress ? 'an address' : 'a name of one label'}; the record is a CNAME, which leads to a fully qualified name. Give the server one, e.g. by an A record in a private hosted zone, and state that name as its endpoint.`,
  );
}
