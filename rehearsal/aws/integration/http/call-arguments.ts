import { TaskFailure } from '../../../states-language';
import { NotRehearsedError } from '../../aws-error';

/** What an HTTP task is told. */
export interface CallArguments {
  readonly endpoint: URL;
  /** As it is written: what a policy's condition is compared with, capitals of the host's name and all. */
  readonly endpointText: string;
  readonly method: string;
  readonly connectionArn: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | readonly string[]>>;
  /** Undefined: no body. */
  readonly body: unknown;
}

export const HTTP_METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'HEAD'];
export const HTTP_FIELDS = [
  'ApiEndpoint',
  'Method',
  'Authentication',
  'InvocationConfig',
  'Headers',
  'QueryParameters',
  'RequestBody',
  'Transform',
];

const FORBIDDEN_HEADERS = new Set(
  (
    'a-im accept-charset accept-datetime accept-encoding authorization cache-control connection content-encoding ' +
    'content-md5 date expect forwarded from host http2-settings if-match if-modified-since if-none-match if-range ' +
    'if-unmodified-since max-forwards origin pragma proxy-authorization referer server te trailer transfer-encoding ' +
    'upgrade via warning'
  ).split(' '),
);

/** Whether a definition may set that header. */
export const isForbiddenHeader = (name: string) =>
  FORBIDDEN_HEADERS.has(name.toLowerCase()) || /^x-(forwarded|amz|amzn)-/i.test(name);

/**
 * Reads an HTTP task's arguments, all values known.
 *
 * @throws TaskFailure States.Runtime, which no Catch takes
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html
 */
export function readCallArguments(given: unknown): CallArguments {
  const fields = recordIn(given, 'The arguments of an HTTP task');
  const unknown = Object.keys(fields).filter((name) => !HTTP_FIELDS.includes(name));
  if (unknown.length > 0) {
    throw runtime(`The field "${unknown.join('", "')}" is not supported; HTTP tasks have ${HTTP_FIELDS.join(', ')}.`);
  }
  if (fields.Transform !== undefined) {
    throw new NotRehearsedError('An HTTP task with Transform');
  }
  const method = String(fields.Method);
  if (!HTTP_METHODS.includes(method)) {
    throw runtime(`The Method is ${method}; accepted are ${HTTP_METHODS.join(', ')}.`);
  }
  return {
    endpoint: readEndpoint(fields.ApiEndpoint),
    endpointText: String(fields.ApiEndpoint),
    method,
    connectionArn: readConnectionArn(fields.Authentication, fields.InvocationConfig),
    headers: readHeaders(fields.Headers),
    query: readQuery(fields.QueryParameters),
    body: fields.RequestBody,
  };
}

function readEndpoint(value: unknown): URL {
  const text = typeof value === 'string' ? value : '';
  if (!URL.canParse(text) || new URL(text).protocol !== 'https:') {
    throw runtime(`The ApiEndpoint ${JSON.stringify(value)} must be an https:// URL.`);
  }
  return new URL(text);
}

function readConnectionArn(authentication: unknown, invocation: unknown): string {
  if ((authentication === undefined) === (invocation === undefined)) {
    throw runtime('The connection is given by either Authentication or InvocationConfig.');
  }
  const { ConnectionArn: arn } = recordIn(authentication ?? invocation, 'Authentication');
  if (typeof arn !== 'string') {
    throw runtime('Authentication must have a ConnectionArn.');
  }
  return arn;
}

function readHeaders(value: unknown): Record<string, string> {
  const headers = recordIn(value ?? {}, 'Headers');
  const forbidden = Object.keys(headers).filter(isForbiddenHeader);
  if (forbidden.length > 0) {
    throw runtime(`A definition cannot set the headers ${forbidden.join(', ')}; put credentials into the connection.`);
  }
  return Object.fromEntries(Object.entries(headers).map(([name, item]) => [name, String(item)]));
}

function readQuery(value: unknown): Record<string, string | string[]> {
  const query = recordIn(value ?? {}, 'QueryParameters');
  return Object.fromEntries(
    Object.entries(query).map(([name, item]) => [name, Array.isArray(item) ? item.map(String) : String(item)]),
  );
}

function recordIn(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw runtime(`${what} must be an object; got ${JSON.stringify(value)}.`);
  }
  return value as Record<string, unknown>;
}

const runtime = (message: string) => new TaskFailure('States.Runtime', message);
