export interface Wording {
  readonly code: string;
  readonly httpStatus: number;
  /** The model has an error of that code, of other actions: clients of this one know it only as the service's own. */
  readonly isForeign?: true;
}

/** How a service words the refusals that every service has. */
export interface Refusals {
  /** KMS has refused what the service asked of it in the caller's name. @default - as any other denial */
  readonly keyDenied?: Wording;
  readonly accessDenied: Wording;
  readonly throttled: Wording;
  /** A request that its schema does not allow. */
  readonly invalid: Wording;
}

export const json = (invalid: string): Refusals => ({
  accessDenied: { code: 'AccessDeniedException', httpStatus: 400 },
  throttled: { code: 'ThrottlingException', httpStatus: 400 },
  invalid: { code: invalid, httpStatus: 400 },
});

export const query = (invalid: string, throttled = 'Throttling', status = 400): Refusals => ({
  accessDenied: { code: 'AccessDenied', httpStatus: 403 },
  throttled: { code: throttled, httpStatus: status },
  invalid: { code: invalid, httpStatus: 400 },
});

export const EC2: Refusals = {
  accessDenied: { code: 'UnauthorizedOperation', httpStatus: 403 },
  throttled: { code: 'RequestLimitExceeded', httpStatus: 503 },
  invalid: { code: 'MissingParameter', httpStatus: 400 },
};

export const LAMBDA: Refusals = {
  accessDenied: { code: 'AccessDeniedException', httpStatus: 403 },
  throttled: { code: 'TooManyRequestsException', httpStatus: 429 },
  invalid: { code: 'InvalidParameterValueException', httpStatus: 400 },
};

export const SNS: Refusals = {
  keyDenied: { code: 'KMSAccessDeniedException', httpStatus: 400 },
  accessDenied: { code: 'AuthorizationErrorException', httpStatus: 403 },
  throttled: { code: 'ThrottledException', httpStatus: 429 },
  invalid: { code: 'InvalidParameterException', httpStatus: 400 },
};

export const SYNTHETICS: Refusals = { ...LAMBDA, invalid: { code: 'ValidationException', httpStatus: 400 } };

export const SSM: Refusals = {
  accessDenied: { code: 'AccessDeniedException', httpStatus: 400, isForeign: true },
  throttled: { code: 'ThrottlingException', httpStatus: 400, isForeign: true },
  invalid: { code: 'ValidationException', httpStatus: 400 },
};
