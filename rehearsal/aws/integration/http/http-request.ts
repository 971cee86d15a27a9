import { TaskFailure } from '../../../states-language';
import type { CallArguments } from './call-arguments';
import type { Connection, ConnectionParameter } from './connection';

/** A request as it goes out. */
export interface HttpRequest {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** No more of an answer is read, in bytes. */
const MAX_BYTES_READ = 262_144;

/**
 * Merges the connection's parameters into the task's: where both have a key, the connection's stands.
 *
 * @throws TaskFailure States.Runtime where a body that is text meets a connection with body parameters
 */
export function httpRequest(call: CallArguments, connection: Connection, region: string): HttpRequest {
  const url = new URL(call.endpoint);
  for (const [name, value] of Object.entries({ ...call.query, ...byKey(connection.query) })) {
    url.searchParams.delete(name);
    for (const item of [value].flat()) url.searchParams.append(name, item);
  }
  const body = bodyOf(call.body, connection.body);
  return {
    url,
    method: call.method,
    body,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json; charset=UTF-8' }),
      ...inLowerCase(call.headers),
      ...inLowerCase(byKey(connection.headers)),
      'user-agent': `Amazon|StepFunctions|HttpInvoke|${region}`,
      range: `bytes=0-${MAX_BYTES_READ}`,
    },
  };
}

function bodyOf(given: unknown, added: readonly ConnectionParameter[]): string | undefined {
  if (added.length === 0) {
    return given === undefined || typeof given === 'string' ? given : JSON.stringify(given);
  }
  if (given !== undefined && (typeof given !== 'object' || given === null || Array.isArray(given))) {
    throw new TaskFailure(
      'States.Runtime',
      'The body parameters of the connection need a RequestBody that is an object.',
    );
  }
  return JSON.stringify({ ...given, ...byKey(added) });
}

const byKey = (parameters: readonly ConnectionParameter[]): Record<string, string> =>
  Object.fromEntries(parameters.map(({ key, value }) => [key, value]));

const inLowerCase = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
