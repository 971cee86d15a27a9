import { Datadog } from '../../../rehearsal/endpoints/datadog';

const KEYS = { 'DD-API-KEY': 'api', 'DD-APPLICATION-KEY': 'app' };

let datadog: Datadog;
let now = Date.UTC(2026, 0, 1);

beforeAll(async () => {
  datadog = await Datadog.start({ apiKey: 'api', applicationKey: 'app', monitorIds: [1, 2, 3, 4], now: () => now });
});

afterAll(() => datadog.stop());

async function send(method: string, path: string, body?: object, headers: Record<string, string> = KEYS) {
  const answer = await fetch(`${datadog.origin}${path}`, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) };
}

const downtime = (monitorId: number, schedule: object) =>
  send('POST', '/api/v2/downtime', {
    data: { type: 'downtime', attributes: { scope: '*', monitor_identifier: { monitor_id: monitorId }, schedule } },
  });

test('a downtime mutes its monitor until it is cancelled, and no other downtime with it', async () => {
  const ours = await downtime(1, { end: '2026-01-01T04:00:00+00:00' });
  const theirs = await downtime(1, {});
  expect(ours.json.data.attributes).toMatchObject({ status: 'active', schedule: { end: '2026-01-01T04:00:00+00:00' } });
  expect([datadog.isMuted(1), datadog.isMuted(2)]).toEqual([true, false]);
  const path = `/api/v2/downtime/${ours.json.data.id}`;
  expect([(await send('DELETE', path)).status, (await send('DELETE', path)).status]).toEqual([204, 204]);
  expect((await send('GET', path)).json.data.attributes.status).toBe('canceled');
  expect((await send('GET', '/api/v2/monitor/1/downtime_matches')).json.data).toMatchObject([
    { id: theirs.json.data.id },
  ]);
  expect(datadog.isMuted(1)).toBe(true);
});

test('a downtime ends by itself', async () => {
  await downtime(2, { start: '2026-01-01T01:00:00+00:00', end: '2026-01-01T02:00:00+00:00' });
  const muted = [0, 1, 1.5, 2].map((hours) => {
    now = Date.UTC(2026, 0, 1) + hours * 3_600_000;
    return datadog.isMuted(2);
  });
  now = Date.UTC(2026, 0, 1);
  expect(muted).toEqual([false, true, true, false]);
});

test('muted by the older API, a monitor says until when, and unmuting leaves downtimes alone', async () => {
  await downtime(3, {});
  const end = Date.UTC(2026, 0, 2) / 1000;
  expect((await send('POST', '/api/v1/monitor/3/mute', { end })).json.options).toEqual({ silenced: { '*': end } });
  expect((await send('POST', '/api/v1/monitor/3/mute')).status).toBe(400);
  expect((await send('POST', '/api/v1/monitor/3/unmute')).json).toMatchObject({
    options: { silenced: {} },
    matching_downtimes: [{ scope: ['*'], end: null }],
  });
});

test.each([
  ['another monitor', () => downtime(9, {}), 400],
  ['an end that has passed', () => downtime(4, { end: '2025-12-31T00:00:00Z' }), 400],
  ['a time without its offset', () => downtime(4, { end: '2026-01-02T00:00:00' }), 400],
  ['no data', () => send('POST', '/api/v2/downtime', {}), 400],
  ['no such downtime', () => send('DELETE', '/api/v2/downtime/x'), 404],
  ['no such monitor', () => send('GET', '/api/v1/monitor/9'), 404],
  ['another path', () => send('GET', '/api/v1/dashboard'), 404],
  ['one key of two', () => send('GET', '/api/v1/monitor/4', undefined, { 'DD-API-KEY': 'api' }), 403],
])('%s is refused', async (_what, request, status) => {
  expect(await request()).toMatchObject({ status, json: { errors: [expect.any(String)] } });
  expect(datadog.isMuted(4)).toBe(false);
});

test('throttled, it answers with 429 so many times', async () => {
  datadog.throttle(1);
  const get = () => send('GET', '/api/v1/monitor/4');
  expect([(await get()).status, (await get()).status]).toEqual([429, 200]);
});
