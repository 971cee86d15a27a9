/** How a service words what every service can say. */
export interface ServiceErrors {
  readonly accessDenied: { readonly code: string; readonly httpStatus: number };
  readonly throttled: { readonly code: string; readonly httpStatus: number };
  /** A request that its schema does not allow. */
  readonly invalid: { readonly code: string; readonly httpStatus: number };
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
  cloudwatch: query('ValidationError'),
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
  lambda: {
    accessDenied: { code: 'AccessDeniedException', httpStatus: 403 },
    throttled: { code: 'TooManyRequestsException', httpStatus: 429 },
    invalid: { code: 'InvalidParameterValueException', httpStatus: 400 },
  },
  rds: query('InvalidParameterValue'),
  route53: query('InvalidInput', 'ThrottlingException'),
  scheduler: json('ValidationException'),
  secretsmanager: json('ValidationException'),
  sfn: json('ValidationException'),
  sns: {
    accessDenied: { code: 'AuthorizationErrorException', httpStatus: 403 },
    throttled: { code: 'ThrottledException', httpStatus: 429 },
    invalid: { code: 'InvalidParameterException', httpStatus: 400 },
  },
  ssm: json('ValidationException'),
};

export function serviceErrors(identifier: string): ServiceErrors {
  const errors = ERRORS[identifier];
  if (errors === undefined) {
    throw new Error(`Nobody has said how ${identifier} words its refusals.`);
  }
  return errors;
}
