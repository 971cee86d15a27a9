import { request } from 'node:http';
import { figuresOf } from '../../../../rehearsal/report/html/charts';
import type { LiveAnswer, LivePicture } from '../../../../rehearsal/report/live/live-picture';
import { LiveServer } from '../../../../rehearsal/report/live/live-server';
import { fencedCutover } from '../samples/fenced-cutover';

const SCRIPT = 'document.title';
const [whole] = figuresOf(fencedCutover);
if (whole === undefined) throw new Error('The sample has no figure.');
const picture: LivePicture = {
  view: {
    ...{ elapsedMs: 12_000, phase: 'Drain', undoes: false, weights: { blue: 100, green: 0 } },
    ...{ operations: 900, failed: 3, writesPerSecond: 40 },
  },
  happened: whole.happened,
  groups: [{ group: 'web', running: 1, of: 2, operations: 90, failed: 3, p50Ms: 1, answeredBy: { reads: 'blue' } }],
};

async function served(use: (live: LiveServer) => Promise<void>): Promise<void> {
  const live = await LiveServer.start('shop <b>', SCRIPT);
  try {
    await use(live);
  } finally {
    await live.end('over');
  }
}

const now = async (live: LiveServer): Promise<LiveAnswer> =>
  (await (await fetch(new URL('/now', live.url))).json()) as LiveAnswer;

test('a page is told what each group of clients sees, as it is when it asks', () =>
  served(async (live) => {
    expect(await now(live)).toEqual({});
    live.show(() => picture);
    const told = await now(live);
    expect(told.picture).toMatchObject({ view: picture.view, groups: picture.groups });
    expect(told.picture?.happened.series).toHaveLength(whole.happened.series.length);
  }));

test('the page runs its own script alone, asks its own address alone, and shows names as text', () =>
  served(async (live) => {
    const page = await (await fetch(live.url)).text();
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
    expect(policy).toMatch(/^default-src &#39;none&#39;; .*connect-src &#39;self&#39;; script-src &#39;sha256-/);
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).toContain(`<script>${SCRIPT}</script>`);
    expect(page).toContain('shop &lt;b&gt;');
    expect(page).not.toMatch(/https?:\/\//);
  }));

test('it listens to this machine alone, by its address: no name that is led there reads it', () =>
  served(async (live) => {
    expect(new URL(live.url).hostname).toBe('127.0.0.1');
    const status = await new Promise((resolve, reject) => {
      const asked = request(new URL('/now', live.url), { headers: { host: 'elsewhere.example' } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asked.on('error', reject).end();
    });
    expect(status).toBe(403);
    expect((await fetch(new URL('/etc/passwd', live.url))).status).toBe(404);
    expect((await fetch(live.url, { method: 'POST' })).status).toBe(405);
  }));

test('at the end a page that is open hears how it ended, with the last picture', async () => {
  const live = await LiveServer.start('shop', SCRIPT);
  live.show(() => picture);
  await now(live);
  const ending = live.end('Clients are on green.');
  expect(await now(live)).toMatchObject({ ended: 'Clients are on green.', picture: { view: { phase: 'Drain' } } });
  await ending;
  await expect(fetch(live.url)).rejects.toThrow();
});
