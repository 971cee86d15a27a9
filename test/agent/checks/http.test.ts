import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkVerbs } from '../../../agent/checks/verbs';
import { checkRequest } from '../../../agent/request';
import type { Sides } from '../../../agent/sides';
import type { HttpRequestOfCheck } from '../../../contract/common';
import { certificateFor } from '../certificate';
import { buildAgent, Program } from '../program';

/** What the application does with a request. */
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let server: Server;
let origin: string;
let folder: string;
let program: string;
const got: { method?: string; url?: string; headers: IncomingMessage['headers']; body: string }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agent-check-'));
  program = await buildAgent(folder);
  server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    const { method, url, headers } = request;
    got.push({ ...(method && { method }), ...(url && { url }), headers, body: Buffer.concat(parts).toString() });
    answer(request, response);
  });
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await rm(folder, { recursive: true });
});
beforeEach(() => {
  got.length = 0;
  answer = (_, response) => response.end('Welcome');
});

function ask(request: Partial<HttpRequestOfCheck> = {}, timeoutSeconds = 5) {
  const whole = { check: 'login', method: 'GET', url: `${origin}/login?token=hush`, headers: {}, ...request };
  const migration = { migrationName: 'sessions', requests: [whole] } as unknown as Sides;
  const report = { progress: () => undefined, signal: new AbortController().signal };
  return checkVerbs['check.http'].run(migration, { check: 'login', timeoutSeconds }, report);
}

test('an answer as it should be passes, and is told without what may be secret in the address', async () => {
  expect(await ask({ contains: 'Welcome', headers: { 'x-from': 'cutover' } })).toEqual({
    passed: true,
    detail: `GET ${origin}/login: got the status 200`,
  });
  expect(got).toMatchObject([{ method: 'GET', url: '/login?token=hush', headers: { 'x-from': 'cutover' } }]);
});

test('it carries nothing of AWS, and what it is told to send', async () => {
  process.env.AWS_SESSION_TOKEN = 'secret-of-the-host';
  await ask({ method: 'POST', body: '{"user":"probe"}', headers: { 'content-type': 'application/json' } });
  delete process.env.AWS_SESSION_TOKEN;
  expect(got).toMatchObject([{ method: 'POST', body: '{"user":"probe"}' }]);
  expect(JSON.stringify(got)).not.toMatch(/secret-of-the-host|x-amz|authorization/i);
});

test.each([
  [{}, 503, 'got the status 503, expected 200 to 299'],
  [{ status: 401 }, 200, 'got the status 200, expected 401'],
  [{ contains: 'Hello' }, 200, 'got the status 200, and the 7 characters of the body do not contain "Hello"'],
])('%j is not met by %i', async (request, status, detail) => {
  answer = (_, response) => response.writeHead(status).end('Welcome');
  expect(await ask(request)).toEqual({ passed: false, detail: `GET ${origin}/login: ${detail}` });
});

test('another status than 200 passes where it is the one that is expected', async () => {
  answer = (_, response) => response.writeHead(302, { location: '/somewhere' }).end();
  expect(await ask({ status: 302 })).toMatchObject({ passed: true });
  expect(got).toHaveLength(1);
});

test('a redirect within the host is followed, to another host it is not', async () => {
  answer = ({ url }, response) =>
    url === '/home' ? response.end('Home') : response.writeHead(303, { location: '/home' }).end();
  expect(await ask({ method: 'POST', body: 'x', contains: 'Home' })).toMatchObject({ passed: true });
  expect(got.map(({ method, body }) => [method, body])).toEqual([
    ['POST', 'x'],
    ['GET', ''],
  ]);
  answer = (_, response) => response.writeHead(302, { location: 'http://localhost:1/' }).end();
  expect(await ask()).toMatchObject({ passed: false, detail: expect.stringContaining('none to another host') });
});

test('a redirect without end ends', async () => {
  answer = (_, response) => response.writeHead(302, { location: '/again' }).end();
  expect(await ask()).toMatchObject({ passed: false, detail: expect.stringContaining('redirected more than 5 times') });
});

test('a body without end is read no further than it need be', async () => {
  answer = (_, response) => {
    const more = () => {
      while (response.write('x'.repeat(65_536)));
    };
    response.on('drain', more);
    more();
  };
  expect(await ask({ contains: 'never' }, 20)).toMatchObject({
    passed: false,
    detail: expect.stringContaining('the first 1048576 characters of the body'),
  });
});

test.each([
  ['says nothing', () => undefined],
  ['never ends its answer', (_: IncomingMessage, response: ServerResponse) => void response.write('Wel')],
])('one that %s has failed when its time is up', async (_, silence) => {
  answer = silence;
  expect(await ask({}, 0.5)).toMatchObject({
    passed: false,
    detail: expect.stringContaining('no answer within 0.5 s'),
  });
});

test('one that is not there has failed, and so has a name that is not known', async () => {
  expect(await ask({ url: 'http://127.0.0.1:1/' })).toMatchObject({
    passed: false,
    detail: expect.stringContaining('ECONNREFUSED'),
  });
  expect(await ask({ url: 'http://nobody.invalid/' })).toMatchObject({
    passed: false,
    detail: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/),
  });
});

test.each([
  'http://169.254.169.254/latest/meta-data/',
  'http://[fe80::1]/',
  'http://[::ffff:169.254.169.254]/',
  'http://[fd00:ec2::254]/',
])('the host’s own services are not asked: %s', async (url) => {
  expect(await ask({ url })).toMatchObject({
    passed: false,
    detail: expect.stringContaining('which no check may ask'),
  });
});

test('a request that the deploy did not give this host is refused, no matter who asks for it', async () => {
  const migration = { migrationName: 'sessions', requests: [] } as unknown as Sides;
  const report = { progress: () => undefined, signal: new AbortController().signal };
  const asked = checkVerbs['check.http'].run(migration, { check: 'login', timeoutSeconds: 5 }, report);
  await expect(asked).rejects.toMatchObject({
    name: 'Agent.AccessDenied',
    message: expect.stringContaining("no request of the check 'login' of sessions; there are none"),
  });
});

test('a task cannot bring an address of its own', () => {
  expect(() => checkRequest({ verb: 'check.http', args: { check: 'a', timeoutSeconds: 1, url: 'http://a' } })).toThrow(
    /check\.http: .*url/,
  );
});

/** The agent's program by hand, with the requests as the host has them. */
async function byHand(folder: string, requests: readonly HttpRequestOfCheck[], environment = {}) {
  const endpoint = {
    host: '127.0.0.1',
    port: 6379,
    tls: false,
    engine: 'redis',
    engineVersion: '7.0',
    clusterMode: false,
  };
  await writeFile(
    join(folder, 'configuration.json'),
    JSON.stringify({
      migrationName: 'sessions',
      kind: 'cache',
      consistency: 'COLD',
      recordName: 'sessions.internal.example',
      recordTtlSeconds: 5,
      blue: endpoint,
      green: endpoint,
      requests,
    }),
  );
  const file = join(folder, 'configuration.json');
  const ran = new Program(program, ['--configuration', file, 'check.http', '--check', 'log in'], environment);
  return { code: await ran.ended, stdout: ran.stdout };
}

test('by hand it is asked in the same words', async () => {
  const requests = [{ check: 'log in', method: 'GET', url: `${origin}/`, headers: {} }] as const;
  expect(await byHand(folder, requests)).toEqual({ code: 0, stdout: expect.stringMatching(/Passed +│ yes/) });
  answer = (_, response) => response.writeHead(500).end();
  expect(await byHand(folder, requests)).toEqual({ code: 3, stdout: expect.stringMatching(/Passed +│ no/) });
});

test('what is sent over TLS is not sent again in clear text, wherever the application leads', async () => {
  const { certificate: cert, key, authority } = await certificateFor('localhost');
  const secure = createSecureServer({ cert, key }, (_, response) =>
    response.writeHead(307, { location: `http://localhost:${new URL(origin).port}/` }).end(),
  );
  await once(secure.listen(0, '127.0.0.1'), 'listening');
  try {
    await writeFile(join(folder, 'authority.pem'), authority);
    const url = `https://localhost:${(secure.address() as AddressInfo).port}/`;
    const request = { check: 'log in', method: 'POST', url, headers: {}, body: 'account=probe' } as const;
    const trusting = { NODE_EXTRA_CA_CERTS: join(folder, 'authority.pem') };
    const { code, stdout } = await byHand(folder, [request], trusting);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('it was redirected from https to http://localhost');
    expect(code).toBe(3);
    expect(got).toEqual([]);
  } finally {
    secure.close();
    secure.closeAllConnections();
  }
});
