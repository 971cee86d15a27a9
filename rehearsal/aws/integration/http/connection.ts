import type { Assembly, Json, JsonObject, Resource } from '../../../assembly';

/** A value that a connection adds to every request. */
export interface ConnectionParameter {
  readonly key: string;
  readonly value: string;
}

/** An EventBridge connection: who calls an API, and what goes with every request. */
export interface Connection {
  readonly arn: string;
  /** Of the secret that EventBridge keeps the connection's credentials in. */
  readonly secretArn: string;
  /** Those of its authorization among them. */
  readonly headers: readonly ConnectionParameter[];
  readonly query: readonly ConnectionParameter[];
  readonly body: readonly ConnectionParameter[];
}

/**
 * What CloudFormation puts in the place of a dynamic reference to a secret.
 *
 * @param secretId the secret's name or ARN
 * @param jsonKey the key within its JSON; undefined for the whole of its text
 */
export type SecretValue = (secretId: string, jsonKey: string | undefined) => string;

/** The connections (AWS::Events::Connection) of an assembly, with the credentials they were deployed with. */
export function connectionsOf(assembly: Pick<Assembly, 'resources'>, secretValue: SecretValue): readonly Connection[] {
  return assembly.resources('AWS::Events::Connection').map((resource) => readConnection(resource, secretValue));
}

function readConnection(resource: Resource, secretValue: SecretValue): Connection {
  const parameters = objectIn(resource.property('AuthParameters'));
  const invocation = objectIn(parameters.InvocationHttpParameters);
  const list = (name: string) =>
    listIn(invocation[name]).map(({ Key, Value }) => ({ key: String(Key), value: resolved(Value, secretValue) }));
  return {
    arn: String(resource.attribute('Arn')),
    secretArn: String(resource.attribute('SecretArn')),
    headers: [authorization(resource, parameters, secretValue), ...list('HeaderParameters')],
    query: list('QueryStringParameters'),
    body: list('BodyParameters'),
  };
}

function authorization(resource: Resource, parameters: JsonObject, secretValue: SecretValue): ConnectionParameter {
  const type = resource.property('AuthorizationType');
  if (type === 'API_KEY') {
    const { ApiKeyName, ApiKeyValue } = objectIn(parameters.ApiKeyAuthParameters);
    return { key: String(ApiKeyName), value: resolved(ApiKeyValue, secretValue) };
  }
  if (type === 'BASIC') {
    const { Username, Password } = objectIn(parameters.BasicAuthParameters);
    const pair = `${resolved(Username, secretValue)}:${resolved(Password, secretValue)}`;
    return { key: 'Authorization', value: `Basic ${Buffer.from(pair).toString('base64')}` };
  }
  throw new Error(
    `The connection ${resource.stackName}/${resource.logicalId} has the authorization ${String(type)}; API_KEY and BASIC can be rehearsed.`,
  );
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html */
const DYNAMIC_REFERENCE =
  /\{\{resolve:secretsmanager:((?:arn:[^:}]+:secretsmanager:[^:}]*:[^:}]*:secret:)?[^:}]+)(?::SecretString(?::([^:}]*))?(?::[^}]*)?)?\}\}/g;

function resolved(value: Json | undefined, secretValue: SecretValue): string {
  return String(value ?? '').replace(DYNAMIC_REFERENCE, (_whole, id: string, key?: string) =>
    secretValue(id, key === '' ? undefined : key),
  );
}

const objectIn = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};

const listIn = (value: Json | undefined): readonly JsonObject[] =>
  Array.isArray(value) ? value.map((item: Json) => objectIn(item)) : [];
