import type { SendCommandRequest } from '@aws-sdk/client-ssm';
import { AwsError } from '../aws-error';

/** How fast a command goes out, and how many failures end it. */
export interface CommandPace {
  /** Seconds: until then it must have begun. */
  readonly delivery: number;
  readonly maxConcurrency: number;
  readonly maxErrors: number;
}

/** Seconds that TimeoutSeconds may have, and has where a request leaves it out. */
const DELIVERY = { least: 30, most: 2_592_000, usual: 3600 };
const USUAL_CONCURRENCY = '50';
const USUAL_ERRORS = '0';

/** @throws AwsError ValidationException */
export function paceOf(request: SendCommandRequest, targets: number): CommandPace {
  const { least, most, usual } = DELIVERY;
  const delivery = request.TimeoutSeconds ?? usual;
  if (delivery < least || delivery > most) {
    throw new AwsError('ValidationException', `TimeoutSeconds must be from ${least} to ${most}; got ${delivery}.`);
  }
  return {
    delivery,
    maxConcurrency: Math.max(1, share('MaxConcurrency', request.MaxConcurrency ?? USUAL_CONCURRENCY, targets)),
    maxErrors: share('MaxErrors', request.MaxErrors ?? USUAL_ERRORS, targets),
  };
}

/** A number, or a percentage of the machines. */
function share(name: string, text: string, targets: number): number {
  const [, digits, percent] = /^(\d{1,7})(%?)$/.exec(text) ?? [];
  if (digits === undefined || (percent === '%' && Number(digits) > 100)) {
    throw new AwsError('ValidationException', `${name} is a number or a percentage up to 100%; got ${text}.`);
  }
  return percent === '%' ? Math.floor((Number(digits) * targets) / 100) : Number(digits);
}
