import { AwsError } from './aws-error';
import { findSdkService } from './sdk-schemas';
import type { Refusals } from './sdk-schemas/refusals';

/** A refusal of that kind, worded as the service words it. */
export function serviceError(identifier: string, kind: keyof Refusals, message: string): AwsError {
  const refusals = findSdkService(identifier)?.refusals;
  const wording = refusals?.[kind] ?? (kind === 'keyDenied' ? refusals?.accessDenied : undefined);
  if (wording === undefined) {
    throw new Error(`Nobody has said how ${identifier} words its refusals.`);
  }
  return new AwsError(wording.code, message, wording.httpStatus, wording.isForeign !== true);
}
