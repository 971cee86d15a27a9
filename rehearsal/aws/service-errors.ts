import { AwsError } from './aws-error';

interface Wording {
  readonly code: string;
  readonly httpStatus: number;
  /** The model has an error of that code, of other actions: clients of this one know it only as the service's own. */
  readonly isForeign?: true;
}

/** How a service words what every service can say. */
export interface ServiceErrors {
  /** KMS has refused what the service asked of it in the caller's name. @default - as any other denial */
  readonly keyDenied?: Wording;
  readonly accessDenied: Wording;
  readonly throttled: Wording;
  /** A request that its schema does not allow. */
  readonly invalid: Wording;
}

const json = (invalid: string): ServiceErrors => ({
  accessDenied: { code: 'AccessDeniedException', httpStatus: 400 },
  throttled: { code: 'ThrottlingException', httpStatus: 400 },
  invalid: { code: invalid, httpStatus: 400 },
});

const query = (invalid: string, throttled = 'Throttling', status = 400): ServiceErrors => ({
  accessDenied: { code: 'AccessDenied', httpStatus: 403 },
  throttled: { code: throttled, httpStatus: status },
  invalid: { code: invalid, httpStatus: 400 },
});

const ERRORS: Readonly<Record<string, ServiceErrors>> = {
  applicationautoscaling: json('ValidationException'),
  autoscaling: query('ValidationError'),
  cloudformation: query('ValidationError'),
  cloudwatch: query('ValidationError'),
  cloudwatchlogs: json('InvalidParameterException'),
  ec2: {
    accessDenied: { code: 'UnauthorizedOperation', httpStatus: 403 },
    throttled: { code: 'RequestLimitExceeded', httpStatus: 503 },
    invalid: { code: 'MissingParameter', httpStatus: 400 },
  },
  ecs: json('InvalidParameterException'),
  elasticache: query('InvalidParameterValueException'),
  elasticloadbalancingv2: query('ValidationError'),
  eventbridge: json('ValidationException'),
  iam: query('InvalidInputException'),
  kms: json('ValidationException'),
  lambda: {
    accessDenied: { code: 'AccessDeniedException', httpStatus: 403 },
    throttled: { code: 'TooManyRequestsException', httpStatus: 429 },
    invalid: { code: 'InvalidParameterValueException', httpStatus: 400 },
  },
  rds: { ...query('InvalidParameterValue'), keyDenied: { code: 'KMSKeyNotAccessibleFault', httpStatus: 400 } },
  route53: query('InvalidInput', 'ThrottlingException'),
  scheduler: json('ValidationException'),
  secretsmanager: json('ValidationException'),
  sfn: json('ValidationException'),
  sns: {
    keyDenied: { code: 'KMSAccessDeniedException', httpStatus: 400 },
    accessDenied: { code: 'AuthorizationErrorException', httpStatus: 403 },
    throttled: { code: 'ThrottledException', httpStatus: 429 },
    invalid: { code: 'InvalidParameterException', httpStatus: 400 },
  },
  sts: query('ValidationError'),
  synthetics: {
    accessDenied: { code: 'AccessDeniedException', httpStatus: 403 },
    throttled: { code: 'TooManyRequestsException', httpStatus: 429 },
    invalid: { code: 'ValidationException', httpStatus: 400 },
  },
  ssm: {
    accessDenied: { code: 'AccessDeniedException', httpStatus: 400, isForeign: true },
    throttled: { code: 'ThrottlingException', httpStatus: 400, isForeign: true },
    invalid: { code: 'ValidationException', httpStatus: 400 },
  },
};

/** A refusal of that kind, worded as the service words it. */
export function serviceError(identifier: string, kind: keyof ServiceErrors, message: string): AwsError {
  const errors = ERRORS[identifier];
  const wording = errors?.[kind] ?? (kind === 'keyDenied' ? errors?.accessDenied : undefined);
  if (wording === undefined) {
    throw new Error(`Nobody has said how ${identifier} words its refusals.`);
  }
  return new AwsError(wording.code, message, wording.httpStatus, wording.isForeign !== true);
}
