import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { IConnection } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IntegrationTask } from '../../cutover/states/integration-task';
import { jsonata } from '../../cutover/states/jsonata';
import { ValidationError } from '../../validation-error';
import type { KindStates } from '../workload-kind';

/** An HTTP request that a workload is stopped, started or asked by. */
export interface HttpRequest {
  /** `GET`, `POST`, `PUT`, `PATCH` or `DELETE`. */
  readonly method: string;

  /** Beginning with `https://`. What is secret belongs into the connection, which adds it. */
  readonly url: string;

  /**
   * JSON.
   *
   * @default - none
   */
  readonly body?: { readonly [key: string]: unknown };
}

/** What the states must know to be allowed to call. */
export interface HttpFacts {
  readonly connection: string;
  readonly connectionSecret: string;
}

export interface HttpCallProps {
  /** JSONata object `{"method", "url", "headers"?, "body"?}`. */
  readonly request: string;
  /** What the role may call: methods and the URLs, with `*` where a part of them is known later. */
  readonly allowed: { readonly methods: readonly string[]; readonly urls: readonly string[] };
  readonly assign?: Record<string, unknown>;
  readonly outputs?: unknown;
  /** How often it is tried again. @default 5 */
  readonly attempts?: number;
  /** JSONata: how many seconds it may take. @default - Step Functions' own limit of 60 */
  readonly seconds?: string;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

export function connectionFacts(connection: IConnection): HttpFacts {
  return { connection: connection.connectionArn, connectionSecret: connection.connectionSecretArn };
}

/** Anyone who reads the state machine, or the host's user data, sees the address. */
export function refuseCredentials(name: string, url: string): void {
  if (!/^[a-z]+:\/\/[^/?#]*@/i.test(url)) return;
  throw new ValidationError(
    `${name}: got one with a user's name or a password; accepted is nothing secret. Send it over a connection, which adds them.`,
  );
}

export function checkRequest(name: string, { method, url }: HttpRequest): void {
  refuseCredentials(name, url);
  if (!METHODS.includes(method)) {
    throw new ValidationError(`${name}: got the method '${method}'; accepted are ${METHODS.join(', ')}.`);
  }
  if (!url.startsWith('https://')) {
    throw new ValidationError(
      `${name}: got the URL '${url}'; accepted are URLs that begin with https://, as Step Functions calls no others.`,
    );
  }
}

/**
 * An HTTP task over an EventBridge connection: the API key stays in Secrets Manager.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html
 */
export function httpCall<Facts extends HttpFacts>(
  { scope, all, migrationName }: Pick<KindStates<Facts>, 'scope' | 'all' | 'migrationName'>,
  name: string,
  { request, allowed, attempts = 5, ...result }: HttpCallProps,
): IntegrationTask {
  const stateMachine = Stack.of(scope).formatArn({
    service: 'states',
    resource: 'stateMachine',
    resourceName: migrationName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
  return new IntegrationTask(scope, name, {
    resource: 'arn:aws:states:::http:invoke',
    arguments: jsonata`
      ($request := ${request}; $merge([{'Method': $request.method, 'ApiEndpoint': $request.url,
      'Authentication': {'ConnectionArn': $facts.connection}}, $exists($request.headers)
      ? {'Headers': $request.headers} : {}, $exists($request.body) ? {'RequestBody': $request.body} : {}]))
    `,
    attempts,
    policies: [
      new PolicyStatement({
        actions: ['states:InvokeHTTPEndpoint'],
        resources: [stateMachine],
        conditions: {
          StringEquals: { 'states:HTTPMethod': [...new Set(allowed.methods)] },
          StringLike: { 'states:HTTPEndpoint': [...new Set(allowed.urls)] },
        },
      }),
      new PolicyStatement({
        actions: ['events:RetrieveConnectionCredentials'],
        resources: [...new Set(all.map(({ connection }) => connection))],
      }),
      new PolicyStatement({
        actions: ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
        resources: [...new Set(all.map(({ connectionSecret }) => connectionSecret))],
      }),
    ],
    ...result,
  });
}
