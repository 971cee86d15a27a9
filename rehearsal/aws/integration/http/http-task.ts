import { TaskFailure } from '../../../states-language';
import { NotRehearsedError } from '../../aws-error';
import type { Fault } from '../../faults';
import { evaluate, type Principal, type RequestContext } from '../../policy';
import type { ServiceCall } from '../sdk-task';
import { type CallArguments, readCallArguments } from './call-arguments';
import type { Connection } from './connection';
import { exchange } from './exchange';
import { httpRequest } from './http-request';

export interface HttpTaskProps {
  readonly connections: readonly Connection[];
  /** Where the endpoint listens that stands for a host, e.g. `http://127.0.0.1:40123`; undefined for one that has none. */
  readonly endpointOf: (host: string) => string | undefined;
}

/** `arn:aws:states:::http:invoke`: really sends the request, to the endpoint that stands for its host. */
export const httpTask =
  ({ connections, endpointOf }: HttpTaskProps) =>
  async (call: ServiceCall): Promise<object> => {
    const { plane, request, principal } = call;
    const given = readCallArguments(request.arguments);
    const connection = permitted(given, connections, principal, request.context.StateMachine.Id);
    const outgoing = httpRequest(given, connection, plane.environment.region);
    const origin = endpointOf(given.endpoint.hostname);
    if (origin === undefined) {
      throw new NotRehearsedError(`An HTTP task to ${given.endpoint.hostname}, which no endpoint here stands for,`);
    }
    const startedAt = plane.environment.clock.now();
    const note = (outcome: string) =>
      plane.journal.write({
        at: startedAt,
        durationMs: plane.environment.clock.now() - startedAt,
        principal: principal.arn,
        service: 'http',
        action: 'invoke',
        state: request.stateName,
        // Neither query, nor headers, nor body: the connection's credentials may be in any.
        input: { Method: given.method, ApiEndpoint: `${given.endpoint.origin}${given.endpoint.pathname}` },
        outcome,
      });
    try {
      const fault = await suffer(call);
      const result = await exchange(outgoing, origin, request.signal);
      if (fault?.kind === 'loseAnswer') throw new TaskFailure('States.Http.Socket', 'Read timed out');
      note('ok');
      return result;
    } catch (error) {
      if (error instanceof TaskFailure) note(error.error);
      throw error;
    }
  };

/** A fault on purpose, as an API would have it. */
async function suffer({ plane, request, principal, service, action }: ServiceCall): Promise<Fault | undefined> {
  const fault = plane.faultOf({ service, action, state: request.stateName, principalArn: principal.arn });
  switch (fault?.kind) {
    case 'throttle':
      throw new TaskFailure('States.Http.StatusCode.429', 'Too Many Requests');
    case 'accessDenied':
      throw new TaskFailure('States.Permissions', refusal(principal, 'states:InvokeHTTPEndpoint', '*'));
    case 'fail':
      throw new TaskFailure(`States.Http.StatusCode.${fault.httpStatus ?? 500}`, fault.message ?? fault.code);
    case 'delay':
      await plane.environment.clock.sleep(fault.ms, request.signal);
  }
  return fault;
}

/**
 * The connection, if the role may call this endpoint with it.
 *
 * @throws TaskFailure States.Permissions or Events.ConnectionResource.…
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html#connect-http-task-permissions
 */
function permitted(
  { endpointText, method, connectionArn }: CallArguments,
  connections: readonly Connection[],
  principal: Principal,
  stateMachineArn: string,
): Connection {
  const context = { 'states:HTTPEndpoint': endpointText, 'states:HTTPMethod': method };
  if (!isAllowed(principal, 'states:InvokeHTTPEndpoint', stateMachineArn, context)) {
    throw new TaskFailure('States.Permissions', refusal(principal, 'states:InvokeHTTPEndpoint', stateMachineArn));
  }
  const connection = connections.find(({ arn }) => arn === connectionArn);
  if (connection === undefined) {
    throw new TaskFailure('Events.ConnectionResource.ResourceNotFound', `Connection ${connectionArn} does not exist.`);
  }
  const needs: readonly (readonly [string, string])[] = [
    ['events:RetrieveConnectionCredentials', connection.arn],
    ['secretsmanager:DescribeSecret', connection.secretArn],
    ['secretsmanager:GetSecretValue', connection.secretArn],
  ];
  for (const [action, resource] of needs) {
    if (!isAllowed(principal, action, resource)) {
      throw new TaskFailure('Events.ConnectionResource.AccessDenied', refusal(principal, action, resource));
    }
  }
  return connection;
}

const isAllowed = (
  { statements, roleArn }: Principal,
  action: string,
  resource: string,
  context: RequestContext = {},
) => evaluate(statements, { action, resource, context: { 'aws:PrincipalArn': roleArn, ...context } }) === 'allowed';

const refusal = ({ arn }: Principal, action: string, resource: string) =>
  `User: ${arn} is not authorized to perform: ${action} on resource: ${resource}`;
