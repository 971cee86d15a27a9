import { createHash } from 'node:crypto';
import { DUMP_FOOTER_BYTES } from '../../payload/dumped';
import type { ProbedKey } from '../moving/probe';

/** Hexadecimal digits of a SHA-1: of billions of keys, two values meet in them once in a hundred thousand migrations. */
export const DIGEST_LENGTH = 12;
const ORIGIN_LENGTH = 8;
/** Of a big value, which is not read for it. */
export const UNKNOWN_DIGEST = '?'.repeat(DIGEST_LENGTH);
/** Of a value that was not carried as a dump. */
export const UNKNOWN_ORIGIN = '?'.repeat(ORIGIN_LENGTH);
/** Expiries are noted in whole seconds, of a clock that goes on while the server answers. */
const EXPIRY_TOLERANCE_SECONDS = 2;

/** What was last noted of a key of the target. */
export interface Note {
  /** A client of the target was heard to have written it since. */
  readonly byClient: boolean;
  /** What stands from the agent; absent where it left no such key. */
  readonly left?: { readonly digest: string; readonly origin: string; readonly expiresAt: number | undefined };
}

/** What the key holds now. */
export interface Present {
  readonly digest: string;
  /** Seconds since the epoch. */
  readonly expiresAt: number | undefined;
}

/** Digest of a value as the source dumps it: whether it has changed there since it was carried. */
export function originOf(dump: Buffer): string {
  const value = dump.subarray(0, dump.length - DUMP_FOOTER_BYTES);
  return createHash('sha1').update(value).digest('hex').slice(0, ORIGIN_LENGTH);
}

export function parseNote(text: string): Note {
  const byClient = text.startsWith('!');
  const noted = byClient ? text.slice(1) : text;
  if (noted === '') return { byClient };
  const origin = noted.slice(DIGEST_LENGTH, DIGEST_LENGTH + ORIGIN_LENGTH);
  const { digest } = parsePresent(noted.slice(0, DIGEST_LENGTH));
  return { byClient, left: { digest, origin, expiresAt: secondsOf(noted.slice(DIGEST_LENGTH + ORIGIN_LENGTH)) } };
}

export function parsePresent(text: string): Present {
  return { digest: text.slice(0, DIGEST_LENGTH), expiresAt: secondsOf(text.slice(DIGEST_LENGTH)) };
}

/** Whether the key is certain to hold what the agent left. `now` is the server's time in seconds. */
export function isUntouched({ byClient, left }: Note, present: Present | undefined, now: number): boolean {
  if (byClient) return false;
  if (left === undefined) return present === undefined;
  if (present === undefined) return hasExpired(left, now);
  return (
    left.digest !== UNKNOWN_DIGEST && left.digest === present.digest && expiresAlike(left.expiresAt, present.expiresAt)
  );
}

/** Whether the source has changed the key since it was carried; `undefined` where that cannot be told. */
export function hasOriginChanged(
  { left }: Note,
  source: ProbedKey,
  dump: Buffer | undefined,
  now: number,
): boolean | undefined {
  if (left === undefined) return source.exists;
  if (!source.exists) return !hasExpired(left, now);
  if (!expiresAlike(left.expiresAt, source.expiresAt === 0 ? undefined : source.expiresAt / 1000)) return true;
  if (left.origin === UNKNOWN_ORIGIN || dump === undefined) return undefined;
  return originOf(dump) !== left.origin;
}

/** Whether a value of the source is certain to be another than the one that was carried. */
export function hasDumpChanged({ left }: Note, dump: Buffer | undefined): boolean {
  if (dump === undefined) return false;
  return left === undefined || (left.origin !== UNKNOWN_ORIGIN && left.origin !== originOf(dump));
}

/** Then it has gone by itself. */
function hasExpired({ expiresAt }: { readonly expiresAt: number | undefined }, now: number): boolean {
  return expiresAt !== undefined && expiresAt <= now + EXPIRY_TOLERANCE_SECONDS;
}

function expiresAlike(one: number | undefined, other: number | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return Math.abs(one - other) <= EXPIRY_TOLERANCE_SECONDS;
}

function secondsOf(text: string): number | undefined {
  return text === '' ? undefined : Number(text);
}
