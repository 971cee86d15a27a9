import { Duration, Token } from 'aws-cdk-lib';
import type { IConnection } from 'aws-cdk-lib/aws-events';
import { assertStated } from '../../cutover/validations/stated';
import { ValidationError } from '../../validation-error';
import { checkRequest, connectionFacts, refuseCredentials } from '../../workloads/http/http-call';
import type { CheckProps, ICheck } from '../check-kind';
import { checkOfKind } from '../check-of-kind';
import { FROM_HOST } from './from-host';
import { OVER_CONNECTION } from './over-connection';

/** Properties of a check that sends a request. */
export interface HttpCheckProps extends CheckProps {
  /** Beginning with `https://` or, from the migration host, `http://`. */
  readonly url: string;

  /**
   * `GET`, `HEAD`, `POST`, `PUT`, `PATCH` or `DELETE`. It may be sent several times, and to blue beforehand.
   *
   * @default 'GET'
   */
  readonly method?: string;

  /**
   * Headers. Nothing secret: anyone who reads the state machine or the host's user data sees them. What is secret belongs into
   * a connection, which adds it.
   *
   * @default - none
   */
  readonly headers?: { readonly [name: string]: string };

  /**
   * What is sent; over a connection, JSON. Nothing secret either.
   *
   * @default - nothing
   */
  readonly body?: string;

  /**
   * The status that says that all is well. Over a connection, one from 200 to 299.
   *
   * @default - any from 200 to 299
   */
  readonly status?: number;

  /**
   * What must stand in the answer's body, of which 1 MB is read, as it is written here. Over a connection, a body of JSON is
   * looked at without the blanks between its parts.
   *
   * @default - the body is not looked at
   */
  readonly contains?: string;

  /**
   * Who sends it: an EventBridge connection, for the state machine to send it over. An answer may have 256 KiB then: a
   * larger one ends the execution, in the preflight already.
   *
   * @default - the migration host, from inside the VPC. It follows up to 5 redirects within the URL's host
   */
  readonly connection?: IConnection;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/** @see docs/aws-facts.md#sfn-http-task-limit */
const MAX_OVER_CONNECTION = Duration.seconds(60);

const TIMEOUT = Duration.seconds(30);
const RETRIES = 2;

export function http(props: HttpCheckProps): ICheck {
  assertStated('HttpCheckProps', props, { url: 'the address that is asked' });
  const { name, url, method = 'GET', headers = {}, body, status, contains, connection } = props;
  checkAnswer(props);
  for (const header of Object.keys(headers)) checkHeader(name, header);
  if (connection === undefined) {
    checkHostRequest(name, url, method);
    return checkOfKind(props, {
      kind: FROM_HOST,
      timeout: TIMEOUT,
      retries: RETRIES,
      facts: { url: withoutQuery(url) },
      request: {
        check: name,
        method,
        url,
        headers,
        ...(body !== undefined && { body }),
        ...(status !== undefined && { status }),
        ...(contains !== undefined && { contains }),
      },
    });
  }
  checkRequest(`url of ${name}`, { method, url });
  checkOverConnection(props);
  return checkOfKind(props, {
    kind: OVER_CONNECTION,
    timeout: TIMEOUT,
    retries: RETRIES,
    facts: {
      ...connectionFacts(connection),
      request: {
        method,
        url,
        ...(Object.keys(headers).length > 0 && { headers }),
        ...(body !== undefined && { body: jsonOf(name, body) }),
      },
      ...(status !== undefined && { status }),
      ...(contains !== undefined && { contains }),
    },
  });
}

function checkAnswer({ name, status, contains, method }: HttpCheckProps): void {
  if (
    status !== undefined &&
    !Token.isUnresolved(status) &&
    (!Number.isInteger(status) || status < 100 || status > 599)
  ) {
    throw new ValidationError(
      `status of ${name}: got ${status}; accepted are 100 to 599. Leave it out for any from 200 to 299.`,
    );
  }
  if (contains === '')
    throw new ValidationError(`contains of ${name}: got ''; accepted is some text. Leave it out for any body.`);
  if (contains !== undefined && method === 'HEAD') {
    throw new ValidationError(
      `contains of ${name}: got it with HEAD, whose answer has no body, so that it could never pass. Use GET.`,
    );
  }
}

function checkHeader(name: string, header: string): void {
  if (/^(authorization|cookie|proxy-authorization)$/i.test(header)) {
    throw new ValidationError(
      `headers of ${name}: got ${header}; accepted is nothing secret, for anyone who reads the template sees it. Send the request over a connection, which adds it.`,
    );
  }
  if (
    !/^[A-Za-z0-9!#$%&'*+.^_|~-]+$/.test(header) ||
    /^(host|content-length|transfer-encoding|connection)$/i.test(header)
  ) {
    throw new ValidationError(
      `headers of ${name}: got '${header}'; accepted are names of headers but those that the connection sets itself.`,
    );
  }
}

function checkHostRequest(name: string, url: string, method: string): void {
  if (!METHODS.includes(method)) {
    throw new ValidationError(`method of ${name}: got '${method}'; accepted are ${METHODS.join(', ')}.`);
  }
  refuseCredentials(`url of ${name}`, url);
  if (Token.isUnresolved(url) && !url.startsWith('http')) return;
  if (!/^https?:\/\/[^/]/.test(url)) {
    throw new ValidationError(
      `url of ${name}: got '${url}'; accepted are URLs that begin with https:// or http://, and a host.`,
    );
  }
}

function checkOverConnection({ name, method = 'GET', status, timeout }: HttpCheckProps): void {
  if (method === 'HEAD') throw new ValidationError(`method of ${name}: got 'HEAD'; accepted over a connection is GET.`);
  if (status !== undefined && !Token.isUnresolved(status) && (status < 200 || status > 299)) {
    throw new ValidationError(
      `status of ${name}: got ${status}; accepted over a connection are 200 to 299, because Step Functions fails any other. Leave connection out, and the migration host sends it.`,
    );
  }
  if (timeout !== undefined && !timeout.isUnresolved() && timeout.toSeconds() > MAX_OVER_CONNECTION.toSeconds()) {
    throw new ValidationError(
      `timeout of ${name}: got ${timeout.toSeconds()} s; accepted over a connection are up to ${MAX_OVER_CONNECTION.toSeconds()} s, Step Functions' own limit. Give it more retries.`,
    );
  }
}

function jsonOf(name: string, body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new ValidationError(`body of ${name}: got '${body}'; accepted over a connection is JSON.`);
  }
}

/** What stands behind it may be a token: results do not show it. */
const withoutQuery = (url: string) => url.replace(/[?#].*$/, '');
