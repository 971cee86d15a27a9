import { loadAssembly } from '../../../../../rehearsal/assembly';
import { type Connection, connectionsOf } from '../../../../../rehearsal/aws/integration/http/connection';
import { Datadog } from '../../../../../rehearsal/endpoints/datadog';
import {
  type EndpointAnswer,
  type EndpointRequest,
  LocalEndpoint,
} from '../../../../../rehearsal/endpoints/local-endpoint';
import { removeTemporaryFolders, writeAssembly } from '../../../assembly/written-assembly';
import { faultFor } from '../../fault-for';
import { checkOptimizedTask } from '../check-optimized-task';
import { faultOf, MACHINE, stageOf } from '../state-machine-testbed';

const HOST = 'api.datadoghq.eu';
const RESOURCE = 'arn:aws:states:::http:invoke';

let endpoint: LocalEndpoint;
let answer: (request: EndpointRequest) => EndpointAnswer = () => ({ status: 200 });
let requests: EndpointRequest[] = [];
let connection: Connection;

beforeAll(async () => {
  endpoint = await LocalEndpoint.start((request) => {
    requests.push(request);
    return answer(request);
  });
  connection = connectionOf({
    InvocationHttpParameters: {
      HeaderParameters: [
        { Key: 'DD-APPLICATION-KEY', Value: '{{resolve:secretsmanager:datadog:SecretString:applicationKey::}}' },
      ],
      QueryStringParameters: [{ Key: 'site', Value: 'eu' }],
    },
  });
});

afterAll(async () => {
  removeTemporaryFolders();
  await endpoint.stop();
});

beforeEach(() => {
  requests = [];
  answer = () => ({ status: 200, json: { ok: true } });
});

function connectionOf(more: object, type = 'API_KEY'): Connection {
  const Properties = {
    Name: 'datadog',
    AuthorizationType: type,
    AuthParameters: {
      ApiKeyAuthParameters: {
        ApiKeyName: 'DD-API-KEY',
        ApiKeyValue:
          '{{resolve:secretsmanager:arn:aws:secretsmanager:eu-west-1:111122223333:secret:dd-AbCdEf:SecretString:apiKey::}}',
      },
      BasicAuthParameters: { Username: 'me', Password: '{{resolve:secretsmanager:plain}}' },
      ...more,
    },
  };
  const assembly = loadAssembly(
    writeAssembly({ App: { Resources: { C: { Type: 'AWS::Events::Connection', Properties } } } }),
  );
  const [found] = connectionsOf(assembly, (id, key) => `${id.split(':').at(-1)}/${key ?? 'whole'}`);
  if (found === undefined) throw new Error('no connection');
  return found;
}

const task = (more: object = {}) => ({
  Resource: RESOURCE,
  Arguments: {
    ApiEndpoint: `https://${HOST}/api/v2/downtime`,
    Method: 'POST',
    Authentication: { ConnectionArn: connection.arn },
    RequestBody: { data: { type: 'downtime' } },
    ...more,
  },
});

const http = () => ({
  connections: [connection],
  endpointOf: (host: string) => (host === HOST ? endpoint.origin : undefined),
});

const allow = (Action: string, Resource: string, Condition?: Record<string, Record<string, string>>) =>
  ({ Effect: 'Allow', Action, Resource, ...(Condition && { Condition }) }) as const;

describe('an HTTP task', () => {
  test('sends a real request with the connection’s credentials, and gives the answer as Step Functions does', async () => {
    const { run, plane } = stageOf(
      task({ Headers: { 'Dd-Application-Key': 'mine', 'x-id': 'a' }, QueryParameters: { site: 'us', id: '1' } }),
      { http: http() },
    );
    expect(JSON.parse((await run()).output ?? '')).toEqual({
      StatusCode: 200,
      StatusText: 'OK',
      Headers: expect.objectContaining({ 'content-type': ['application/json'] }),
      ResponseBody: { ok: true },
    });
    expect(requests).toMatchObject([
      {
        method: 'POST',
        body: '{"data":{"type":"downtime"}}',
        headers: {
          host: HOST,
          'dd-api-key': 'dd-AbCdEf/apiKey',
          'dd-application-key': 'datadog/applicationKey',
          'x-id': 'a',
          'content-type': 'application/json; charset=UTF-8',
          range: 'bytes=0-262144',
          'user-agent': 'Amazon|StepFunctions|HttpInvoke|eu-west-1',
        },
      },
    ]);
    expect(requests.map(({ url }) => url.pathname + url.search)).toEqual(['/api/v2/downtime?site=eu&id=1']);
    expect(JSON.stringify(plane.journal.entries)).not.toContain('AbCdEf/apiKey');
    expect(plane.journal.entries).toContainEqual(
      expect.objectContaining({ service: 'http', state: 'Task', outcome: 'ok' }),
    );
  });

  test('has no body in its result where there was none', async () => {
    answer = () => ({ status: 204 });
    const output = JSON.parse(
      (await stageOf(task({ Method: 'DELETE', RequestBody: undefined }), { http: http() }).run()).output ?? '',
    );
    expect(output).toMatchObject({ StatusCode: 204, StatusText: 'No Content' });
    expect(output).not.toHaveProperty('ResponseBody');
    expect(requests).toMatchObject([{ method: 'DELETE', body: '' }]);
  });

  test('fails with the status, and nothing of the body', async () => {
    answer = () => ({ status: 429, json: { errors: ['slow down'] } });
    expect(await stageOf(task(), { http: http() }).run()).toMatchObject({
      error: 'States.Http.StatusCode.429',
      cause: 'Too Many Requests',
    });
  });

  test('is throttled on purpose as an API throttles, and tried again', async () => {
    const Retry = [{ ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 1, MaxAttempts: 1 }];
    const faults = faultFor(({ state }) => state === 'Task', { kind: 'throttle' });
    const { run, plane } = stageOf({ ...task(), Retry }, { http: http(), faults });
    expect((await run()).status).toBe('SUCCEEDED');
    expect(plane.journal.entries.filter(({ service }) => service === 'http').map(({ outcome }) => outcome)).toEqual([
      'States.Http.StatusCode.429',
      'ok',
    ]);
    expect(requests).toHaveLength(1);
  });

  test('fails where nobody answers', async () => {
    const gone = { connections: [connection], endpointOf: () => 'http://127.0.0.1:1' };
    expect(await stageOf(task(), { http: gone }).run()).toMatchObject({ error: 'States.Http.Socket' });
  });

  test.each([
    ['plain HTTP', { ApiEndpoint: `http://${HOST}/` }, 'must be an https:// URL'],
    ['another method', { Method: 'TRACE' }, 'accepted are GET, POST'],
    ['credentials of its own', { Headers: { authorization: 'x' } }, 'cannot set the headers authorization'],
    ['headers that AWS keeps', { Headers: { 'X-Amzn-Trace': 'x' } }, 'cannot set the headers X-Amzn-Trace'],
    ['no connection', { Authentication: undefined }, 'either Authentication or InvocationConfig'],
    ['a misspelt field', { Body: {} }, 'The field "Body" is not supported'],
  ])('with %s ends the execution', async (_what, more, cause) => {
    expect(await stageOf(task(more), { http: http() }).run()).toMatchObject({
      error: 'States.Runtime',
      cause: expect.stringContaining(cause),
    });
    expect(requests).toEqual([]);
  });

  test('whose host nothing here stands for ends the rehearsal instead of leaving the machine', async () => {
    const staged = stageOf(task({ ApiEndpoint: 'https://example.com/' }), { http: http() });
    expect(await faultOf(staged)).toContain('example.com, which no endpoint here stands for');
  });

  test('needs every permission that AWS asks for, on the endpoint, the connection and its secret', async () => {
    const statements = () => [
      allow('states:InvokeHTTPEndpoint', MACHINE, {
        StringEquals: { 'states:HTTPMethod': 'POST' },
        StringLike: { 'states:HTTPEndpoint': `https://${HOST}/api/v2/downtime*` },
      }),
      allow('events:RetrieveConnectionCredentials', connection.arn),
      allow('secretsmanager:DescribeSecret', 'arn:aws:secretsmanager:*:*:secret:events!connection/datadog/*'),
      allow('secretsmanager:GetSecretValue', connection.secretArn),
    ];
    expect((await stageOf(task(), { http: http(), statements: statements() }).run()).status).toBe('SUCCEEDED');
    const denied = [
      'States.Permissions',
      'Events.ConnectionResource.AccessDenied',
      'Events.ConnectionResource.AccessDenied',
      'Events.ConnectionResource.AccessDenied',
    ];
    for (const [index, error] of denied.entries()) {
      const fewer = statements().filter((_, other) => other !== index);
      expect(await stageOf(task(), { http: http(), statements: fewer }).run()).toMatchObject({ error });
    }
    expect(
      await stageOf(task({ ApiEndpoint: `https://${HOST}/api/v1/monitor/1` }), {
        http: http(),
        statements: statements(),
      }).run(),
    ).toMatchObject({ error: 'States.Permissions' });
    expect(requests).toHaveLength(1);
  });

  test('with a connection that is not there fails as EventBridge says', async () => {
    expect(
      await stageOf(task({ Authentication: { ConnectionArn: `${connection.arn}x` } }), { http: http() }).run(),
    ).toMatchObject({ error: 'Events.ConnectionResource.ResourceNotFound' });
  });

  test('merges the connection’s body parameters, and cannot merge them into text', async () => {
    const merged = connectionOf(
      { InvocationHttpParameters: { BodyParameters: [{ Key: 'team', Value: 'a' }] } },
      'BASIC',
    );
    const props = { ...http(), connections: [merged] };
    await stageOf(task({ RequestBody: { team: 'b', id: 1 } }), { http: props }).run();
    expect(requests).toMatchObject([
      {
        body: '{"team":"a","id":1}',
        headers: { authorization: `Basic ${Buffer.from('me:plain/whole').toString('base64')}` },
      },
    ]);
    expect(await stageOf(task({ RequestBody: 'text' }), { http: props }).run()).toMatchObject({
      error: 'States.Runtime',
    });
  });
});

test('a monitor is muted and unmuted by HTTP tasks over a connection', async () => {
  const datadog = await Datadog.start({
    apiKey: 'dd-AbCdEf/apiKey',
    applicationKey: 'datadog/applicationKey',
    monitorIds: [7],
  });
  try {
    const props = { connections: [connection], endpointOf: () => datadog.origin };
    const schedule = { end: new Date(Date.now() + 3_600_000).toISOString() };
    const attributes = { scope: '*', monitor_identifier: { monitor_id: 7 }, schedule };
    const scheduled = await stageOf(task({ RequestBody: { data: { type: 'downtime', attributes } } }), {
      http: props,
    }).run();
    const { id } = JSON.parse(scheduled.output ?? '').ResponseBody.data;
    expect(datadog.isMuted(7)).toBe(true);
    const cancel = task({
      ApiEndpoint: `https://${HOST}/api/v2/downtime/${id}`,
      Method: 'DELETE',
      RequestBody: undefined,
    });
    expect((await stageOf(cancel, { http: props }).run()).status).toBe('SUCCEEDED');
    expect(datadog.isMuted(7)).toBe(false);
  } finally {
    await datadog.stop();
  }
});

describe('the check of a definition', () => {
  const given = {
    ApiEndpoint: "{% 'https://api.datadoghq.eu/api/v2/downtime/' & $id %}",
    Method: 'GET',
    Authentication: { ConnectionArn: 'arn' },
  };

  test('accepts an HTTP task', () => {
    expect(
      checkOptimizedTask(RESOURCE, { ...given, Headers: { 'content-type': 'a' }, RequestBody: '{% $x %}' }),
    ).toEqual([]);
  });

  test.each([
    [{ ...given, Url: 'x' }, 'unknown-parameter', 'Url'],
    [{ ...given, Method: undefined }, 'missing-parameter', 'Method'],
    [{ ...given, Method: 'get' }, 'wrong-value', 'Method'],
    [{ ...given, ApiEndpoint: "{% 'http://a/' & $id %}" }, 'wrong-value', 'ApiEndpoint'],
    [{ ...given, Authentication: {} }, 'missing-parameter', 'Authentication.ConnectionArn'],
    [{ ...given, InvocationConfig: {} }, 'missing-parameter', 'Authentication'],
    [{ ...given, Headers: { Host: 'x' } }, 'wrong-value', 'Headers.Host'],
  ])('finds what is wrong with %j', (wrong, kind, path) => {
    expect(checkOptimizedTask(RESOURCE, wrong)).toMatchObject([{ kind, path }]);
  });

  test('follows an expression into each object that can come out of it', () => {
    const merged = (more: string) =>
      `{% ($r := $facts.stop; $merge([{'Method': $r.method, 'ApiEndpoint': $r.url, 'Authentication': {'ConnectionArn': 'a'}}, $exists($r.body) ? {${more}: $r.body} : {}])) %}`;
    expect(checkOptimizedTask(RESOURCE, merged("'RequestBody'"))).toEqual([]);
    expect(checkOptimizedTask(RESOURCE, merged("'Body'"))).toMatchObject([{ kind: 'unknown-parameter', path: 'Body' }]);
    expect(checkOptimizedTask(RESOURCE, '{% $states.input %}')).toMatchObject([{ kind: 'unchecked' }]);
  });

  test('knows that an HTTP task cannot wait', () => {
    expect(checkOptimizedTask(`${RESOURCE}.sync`, given)).toMatchObject([{ kind: 'unknown-pattern' }]);
  });
});
