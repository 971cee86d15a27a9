import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { windowsPage } from '../../../../bin/operator/windows/windows-page';
import { renderHtml } from '../../../../rehearsal/report/html';
import { figuresOf } from '../../../../rehearsal/report/html/charts';
import { pageScript } from '../../../../rehearsal/report/html/page-script';
import type { LivePicture } from '../../../../rehearsal/report/live/live-picture';
import { LiveServer } from '../../../../rehearsal/report/live/live-server';
import { batchRunbook } from '../../../../rehearsal/runbook/batch/batch-runbook';
import { renderBatchHtml } from '../../../../rehearsal/runbook/batch/html';
import { renderHtml as renderRunbook } from '../../../../rehearsal/runbook/html';
import { runbookOf } from '../../../../rehearsal/runbook/runbook';
import { batchMigrationOf } from '../../../../rehearsal/testbed/batch/batch-migration-of';
import { synthesized } from '../../../examples/example-under-test';
import { SAMPLES } from '../samples';
import { fencedCutover } from '../samples/fenced-cutover';
import { Chromium, findChromium } from './chromium';

jest.setTimeout(300_000);

const program = findChromium();
// It is no part of Node.js, and 300 MB: where it is not installed, pages are looked at as text alone.
const inBrowser = program === undefined ? describe.skip : describe;

const WINDOWS = {
  ...{ migration: 'sessions', side: 'blue', timeZone: 'Asia/Tokyo', from: '2026-11-01', to: '2026-11-29' },
  ...{ goesBy: { figure: 'commands', busyHour: 1_000_000 }, noHourIsQuiet: false, notLookedAt: [] },
  percentByHour: Array.from({ length: 168 }, (_, hour) => (hour === 5 ? null : Math.round(50 + 50 * Math.sin(hour)))),
  windows: [{ from: 'Sun 03:00', hours: 3, percentOfBusy: 4, others: {}, wouldRun: ['the rule nightly, cron(0 3 …)'] }],
  atTimesOfTheirOwn: ['a schedule, rate(7 hours)'],
};

inBrowser('in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pages-'));
  let chromium: Chromium;
  beforeAll(async () => {
    chromium = await Chromium.start(program ?? '');
  });
  afterAll(async () => {
    await chromium.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function written(name: string, page: string): string {
    const file = join(folder, `${name}.html`);
    writeFileSync(file, page);
    return pathToFileURL(file).href;
  }

  const script = pageScript('report');
  const jobs = () => batchMigrationOf(synthesized('batch-host').assembly);
  const PAGES: Readonly<Record<string, () => Promise<string> | string>> = {
    ...Object.fromEntries(Object.entries(SAMPLES).map(([name, record]) => [name, () => renderHtml(record, script)])),
    windows: () => windowsPage(WINDOWS),
    runbook: async () =>
      renderRunbook(await runbookOf(synthesized('maintenance-night').assembly), { expectedMs: new Map() }),
    'runbook of jobs': () => {
      const found = jobs();
      if (found === undefined) throw new Error('The example moves no jobs.');
      return renderBatchHtml(batchRunbook(found));
    },
  };

  describe.each(Object.keys(PAGES))('the page of %s', (name) => {
    let url: string;
    beforeAll(async () => {
      url = written(name, (await PAGES[name]?.()) ?? '');
    });

    test.each([
      [400, 'dark'],
      [1280, 'light'],
    ] as const)('at %d pixels, %s, asks for nothing, has no error and does not run over', async (width, scheme) => {
      await chromium.open(url, width, scheme);
      expect(chromium.problems).toEqual([]);
      expect(chromium.requests).toEqual([url]);
      expect(await chromium.value('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    });

    test('all that can be used is reached by Tab, and shows that it is', async () => {
      await chromium.open(url, 1280);
      const usable = '[...document.querySelectorAll("button, summary, a[href], [tabindex]")]';
      const count = await chromium.value<number>(`${usable}.length`);
      const reached = new Set<number>();
      for (let pressed = 0; pressed < count; pressed += 1) {
        await chromium.press('Tab');
        reached.add(await chromium.value(`${usable}.indexOf(document.activeElement)`));
        const outline = 'getComputedStyle(document.activeElement).outlineStyle';
        expect(await chromium.value(outline)).not.toBe('none');
      }
      reached.delete(-1);
      expect(reached.size).toBe(count);
    });

    test('on paper it is light, with everything unfolded and no tool', async () => {
      await chromium.open(url, 700, 'dark');
      await chromium.media('print', 'dark');
      const shown = await chromium.value<string[]>(
        '[...document.querySelectorAll(".tools, .values")].map((each) => getComputedStyle(each).display)',
      );
      expect(new Set(shown)).toEqual(new Set(shown.length === 0 ? [] : ['none']));
      expect(await chromium.value('getComputedStyle(document.querySelector("h1")).color')).toMatch(
        /^rgb\(([0-9]|[1-3][0-9]), /,
      );
      const folded = await chromium.value<number[]>(
        '[...document.querySelectorAll("details > table, details > .scroll")].map((each) => each.getBoundingClientRect().height)',
      );
      expect(folded.every((height) => height > 0)).toBe(true);
    });
  });

  describe('a chart', () => {
    const chart = (rest: string) => `document.querySelector('#whole ${rest}`;
    const text = (rest: string) => chromium.value<string>(`${chart(rest)}').textContent`);
    beforeEach(() => chromium.open(written('chart', renderHtml(fencedCutover, script)), 1280));

    test('shows by keys what it shows at a moment, zooms, and goes back to all', async () => {
      const all = await text('figcaption');
      await chromium.value(`${chart('.plot')}').focus()`);
      await chromium.press('ArrowRight');
      const first = await text('.values');
      expect(first).toMatch(/^at [\d.]+ s +phase .*latency half within .*failed \d+ of \d+ operations/);
      await chromium.press('ArrowRight');
      expect(await text('.values')).not.toBe(first);
      await chromium.press('+');
      expect(await text('figcaption')).toMatch(/^The whole rehearsal 15\.[01] s$/);
      await chromium.press('0');
      expect(await text('figcaption')).toBe(all);
    });

    test('shows by pointer what it shows there, and zooms to a stretch that is drawn over', async () => {
      await chromium.value(`${chart('.plot')}').scrollIntoView()`);
      const [left = 0, top = 0, width = 0] = await chromium.value<number[]>(
        `(({ left, top, width }) => [left, top, width])(${chart('.plot')}').getBoundingClientRect())`,
      );
      const at = (share: number) => [left + width * share, top + 100] as const;
      await chromium.mouse('mouseMoved', ...at(0.6));
      expect(await text('.values')).toContain('write outage 1.53 s');
      const failed = () => chromium.value<number>('document.querySelectorAll("#whole svg.wide rect.failed").length');
      const before = await failed();
      await chromium.mouse('mousePressed', ...at(0.7));
      await chromium.mouse('mouseMoved', ...at(0.8));
      await chromium.mouse('mouseReleased', ...at(0.9));
      expect(before).toBeGreaterThan(0);
      expect(await failed()).toBe(0);
      await chromium.value(`[...document.querySelectorAll('#whole .tool')].at(-1).click()`);
      expect(await failed()).toBe(before);
      expect(chromium.problems).toEqual([]);
    });
  });

  test('the live page shows what each group sees, and how it ended', async () => {
    const [whole] = figuresOf(fencedCutover);
    if (whole === undefined) throw new Error('The sample has no figure.');
    const live = await LiveServer.start('shop', pageScript('live'));
    const picture: LivePicture = {
      view: {
        ...{ elapsedMs: 40_000, phase: 'Switch', undoes: false, weights: { blue: 0, green: 100 } },
        ...{ operations: 9_000, failed: 3, writesPerSecond: 40 },
      },
      happened: whole.happened,
      groups: [
        { group: 'web', running: 1, of: 2, operations: 90, failed: 3, p50Ms: 1, answeredBy: { reads: 'green' } },
      ],
    };
    live.show(() => picture);
    await chromium.open(live.url, 400, 'dark');
    const until = async (expression: string, wanted: string) => {
      while (!(await chromium.value<string>(expression)).includes(wanted)) await new Promise((r) => setTimeout(r, 50));
    };
    await until('document.querySelector("#groups").textContent', 'web1 of 2green–9031 ms–');
    await until('document.querySelector("#phase").textContent', 'Switch');
    expect(await chromium.value('document.querySelectorAll("#live svg").length')).toBe(3);
    await live.end('Clients are on green.');
    await until('document.querySelector("#phase").textContent', 'Clients are on green.');
    expect(chromium.problems).toEqual([]);
    expect(new Set(chromium.requests)).toEqual(new Set([live.url, `${live.url}now`]));
    expect(await chromium.value('document.documentElement.scrollWidth')).toBeLessThanOrEqual(400);
  });
});
