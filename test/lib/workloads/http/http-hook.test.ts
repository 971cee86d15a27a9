import { App, Stack } from 'aws-cdk-lib';
import { type HttpHookWorkloadProps, Workload } from '../../../../lib';
import { type EndpointRequest, LocalEndpoint } from '../../../../rehearsal/endpoints/local-endpoint';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { API_KEY, connectionIn, nightWithHttp } from './night-with-http';

afterAll(removeTemporaryFolders);

/** A service with a switch, as many have one. */
class Crawler {
  readonly seen: string[] = [];
  mode = 'running';
  endpoint?: LocalEndpoint;

  async start(): Promise<void> {
    this.endpoint = await LocalEndpoint.start((request) => this.answer(request));
  }

  private answer({ method, url, body, headers }: EndpointRequest) {
    if (headers['x-api-key'] !== API_KEY) return { status: 403 };
    this.seen.push(`${method} ${url.pathname}`);
    if (method === 'PUT') this.mode = JSON.parse(body).mode;
    return { status: 200, json: { status: { mode: this.mode } } };
  }
}

const crawler = new Crawler();
beforeAll(() => crawler.start());
afterAll(() => crawler.endpoint?.stop());
beforeEach(() => {
  crawler.seen.length = 0;
  crawler.mode = 'running';
});

const url = 'https://crawler.example/v1/mode';
const look = { look: { method: 'GET', url }, stoppedField: 'status.mode', stoppedValue: 'maintenance' };

const hookIn = (stack: Stack, props: Partial<HttpHookWorkloadProps> = {}) =>
  Workload.httpHook({
    name: 'crawler',
    connection: connectionIn(stack),
    stop: { method: 'PUT', url, body: { mode: 'maintenance' } },
    start: { method: 'PUT', url, body: { mode: 'running' } },
    ...props,
  });

const night = (props: Partial<HttpHookWorkloadProps> = look) =>
  nightWithHttp(
    (stack) => hookIn(stack, props),
    (host) => (host === 'crawler.example' ? crawler.endpoint?.origin : undefined),
  );

test('is told to stop, seen to have stopped, and told to start again', async () => {
  const each = night();
  await each.survey();
  expect(await each.quiesce()).toMatchObject({ status: 'SUCCEEDED' });
  expect(crawler.mode).toBe('maintenance');
  expect(await each.resume()).toMatchObject({ status: 'SUCCEEDED' });
  expect(crawler.mode).toBe('running');
  expect(crawler.seen.filter((request) => request.startsWith('PUT'))).toHaveLength(2);
});

test('what was stopped before is not touched', async () => {
  crawler.mode = 'maintenance';
  const each = night();
  await each.survey();
  await each.quiesce();
  await each.resume();
  expect(crawler.mode).toBe('maintenance');
  expect(crawler.seen).toEqual(['GET /v1/mode']);
});

test('without a way to ask, an answer is enough', async () => {
  const each = night({});
  await each.survey();
  expect(await each.quiesce()).toMatchObject({ status: 'SUCCEEDED' });
  expect(crawler.mode).toBe('maintenance');
  expect(await each.resume()).toMatchObject({ status: 'SUCCEEDED' });
  expect(crawler.seen).toEqual(['PUT /v1/mode', 'PUT /v1/mode']);
});

test('a host may be written with capitals', async () => {
  const spelt = 'https://Crawler.Example/v1/mode';
  const stop = { method: 'PUT', url: spelt, body: { mode: 'maintenance' } };
  const each = night({ ...look, look: { method: 'GET', url: spelt }, stop });
  await each.survey();
  expect(await each.quiesce()).toMatchObject({ status: 'SUCCEEDED' });
  expect(crawler.mode).toBe('maintenance');
});

test('one that does not stop is not taken for quiet', async () => {
  const each = night({ ...look, stop: { method: 'PUT', url, body: { mode: 'still running' } } });
  await each.survey();
  expect(await each.quiesce()).toMatchObject({
    error: 'NotSettled',
    cause: expect.stringContaining('crawler is not stopped 15 minutes after it was told to be'),
  });
});

test.each([
  [
    'a URL without TLS',
    { stop: { method: 'PUT', url: 'http://crawler.example' } },
    /stop of crawler: got the URL 'http:/,
  ],
  [
    'a password in a URL',
    { stop: { method: 'PUT', url: 'https://me:hush@crawler.example/' } },
    /^stop of crawler: got one with a user's name or a password; accepted is nothing secret(?!.*hush)/,
  ],
  [
    'another method',
    { start: { method: 'BREW', url } },
    /start of crawler: got the method 'BREW'; accepted are GET, POST/,
  ],
  ['a field of no answer', { stoppedField: 'mode' }, /stoppedField of crawler: got 'mode' without look/],
])('refused: %s', (_, props, message) => {
  expect(() => hookIn(new Stack(new App(), 'Stack'), props)).toThrow(message);
});
