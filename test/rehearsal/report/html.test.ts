import { createHash } from 'node:crypto';
import { renderHtml } from '../../../rehearsal/report/html';
import { pageScript } from '../../../rehearsal/report/html/page-script';
import type { RehearsalRecord } from '../../../rehearsal/report/result';
import { count, duration } from '../../../rehearsal/report/units';
import { valuesOf } from '../figure-values';
import { chartsOf, elementsOf, rowsOf, textOf } from './html/page';
import { SAMPLES } from './samples';
import { alarmDuringWatch } from './samples/alarm-during-watch';
import { A_LOOK, LOGIN } from './samples/checks';
import { crowded, hostile } from './samples/crowded';
import { fencedCutover } from './samples/fenced-cutover';
import { gradualCanary } from './samples/gradual-canary';
import { STARTED_AT, series } from './samples/load';
import { rolledBack } from './samples/rolled-back';
import { withByHand } from './samples/with-by-hand';

describe.each(Object.entries(SAMPLES))('of %s', (_, record) => {
  const page = renderHtml(record);

  test('every element that is opened is closed', () => {
    expect(elementsOf(page).length).toBeGreaterThan(200);
  });

  test('nothing is loaded from anywhere, and no script runs', () => {
    const elements = elementsOf(page);
    expect(elements.filter(({ name }) => ['script', 'img', 'iframe', 'object', 'use', 'image'].includes(name))).toEqual(
      [],
    );
    const addresses = elements.flatMap(({ attributes }) =>
      Object.entries(attributes).filter(([name]) => /^(src|href|xlink:href|srcset|action|on\w+|style)$/.test(name)),
    );
    expect(addresses).toEqual([['href', 'data:,']]);
    expect(page).not.toMatch(/url\(|@import|xmlns/);
  });

  test('a browser that heeds the policy in the page would load nothing either', () => {
    const policy = elementsOf(page).find(({ attributes }) => attributes['http-equiv'] === 'Content-Security-Policy');
    expect(policy?.attributes.content).toBe("default-src 'none'; style-src 'unsafe-inline'; img-src data:");
  });

  test('every chart has a title and a description, by ids that are there once', () => {
    const elements = elementsOf(page);
    const ids = elements.flatMap(({ attributes }) => attributes.id ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const charts = elements.filter(({ attributes }) => attributes.role === 'img');
    expect(charts.length).toBeGreaterThanOrEqual(3);
    for (const { attributes } of charts) {
      for (const id of (attributes['aria-labelledby'] ?? '').split(' ')) expect(ids).toContain(id);
    }
  });

  test('every phase is in the table with its duration, and every chart of the whole has a bar for it', () => {
    const rows = rowsOf(page);
    const { phases } = record.result.cutover;
    for (const { name, durationMs, outcome } of phases) {
      expect(rows).toContainEqual(expect.arrayContaining([visible(name), duration(durationMs), outcome]));
    }
    for (const layout of ['wide', 'middle', 'narrow'] as const) {
      expect(
        chartsOf(page, layout)
          .get('whole')
          ?.match(/<path class="bar /g),
      ).toHaveLength(phases.length);
    }
  });

  test('every incident is in a table, and marked in every chart of the whole', () => {
    const rows = rowsOf(page);
    for (const { what } of record.incidents) expect(rows).toContainEqual(expect.arrayContaining([visible(what)]));
    for (const layout of ['wide', 'middle', 'narrow'] as const) {
      const marks = [...(chartsOf(page, layout).get('whole') ?? '').matchAll(/class="badge-number"[^>]*>([\d–]+)</g)];
      const marked = marks.flatMap(([, number = '']) => {
        const [first = 0, last = first] = number.split('–').map(Number);
        return Array.from({ length: last - first + 1 }, (_, index) => first + index);
      });
      expect(marked.sort((a, b) => a - b)).toEqual(record.incidents.map((_, index) => index + 1));
    }
  });

  test('every change of the weights is in a table', () => {
    const rows = rowsOf(page);
    for (const { blue, green } of record.weights) {
      expect(rows).toContainEqual([expect.any(String), String(blue), String(green)]);
    }
  });

  test('the figures are those of the result', () => {
    const rows = rowsOf(page);
    const { result } = record;
    const clients = valuesOf(result.clients);
    const data = valuesOf(result.data);
    const byHand = result.byHand && valuesOf(result.byHand.clients);
    const row = (name: string, ours: string, hand?: string) => [name, ours, ...(byHand ? [hand ?? '–'] : [])];
    expect(rows).toContainEqual(row('Operations', count(clients.operations), byHand && count(byHand.operations)));
    expect(rows).toContainEqual(row('Failed operations', count(clients.failed), byHand && count(byHand.failed)));
    expect(rows).toContainEqual(
      row('Acknowledged writes lost', count(clients.lostWrites), byHand && count(byHand.lostWrites)),
    );
    expect(rows).toContainEqual(
      row('Lock violations', count(clients.lockViolations), byHand && count(byHand.lockViolations)),
    );
    expect(rows).toContainEqual(
      row('Sessions lost', count(clients.sessionsLost), byHand && count(byHand.sessionsLost)),
    );
    expect(rows).toContainEqual(row('Keys compared', count(data.keys ?? -1)));
    expect(rows).toContainEqual(row('Keys that differ', count(data.mismatches ?? -1)));
  });
});

test('the first thing said is where clients are', () => {
  expect(headingOf(fencedCutover)).toBe('Clients are on green.');
  expect(headingOf(rolledBack)).toBe('Clients are back on blue.');
  expect(headingOf(crowded)).toBe('The execution failed. Clients are on blue.');
});

test('why the execution ended as it did is told', () => {
  expect(textOf(renderHtml(rolledBack))).toContain(rolledBack.result.reason);
});

test('hostile names are text: they open no element and reach no attribute unescaped', () => {
  const page = renderHtml(crowded);
  expect(page).not.toContain('<script');
  expect(page).not.toContain(hostile);
  expect(page).not.toMatch(/(?!\n)\p{Cc}|\p{Bidi_Control}/u);
  expect(textOf(page)).toContain(`Rehearsal of Migration ${visible(hostile)}`);
});

test('a bar for every slice in which operations failed, and none for others', () => {
  const failing = fencedCutover.series.filter(({ failed }) => failed > 0);
  const bars = chartsOf(renderHtml(fencedCutover), 'wide')
    .get('whole')
    ?.match(/<rect class="failed"/g);
  expect(bars).toHaveLength(failing.length);
});

test('a slice in which nothing was answered is a gap in the latency', () => {
  const lines = (record: RehearsalRecord) => {
    const chart = chartsOf(renderHtml(record), 'wide').get('whole') ?? '';
    return /class="p50" d="([^"]*)"/.exec(chart)?.[1]?.match(/M/g)?.length;
  };
  expect(lines(gradualCanary)).toBe(1);
  expect(lines(fencedCutover)).toBe(2);
});

test('the write outage is shaded and named with its length, in the whole and close up', () => {
  const charts = chartsOf(renderHtml(fencedCutover), 'wide');
  expect([...charts.keys()]).toEqual(['whole', 'close-up-1']);
  for (const chart of charts.values()) {
    expect(chart.match(/<rect class="outage"/g)).toHaveLength(1);
    expect(textOf(chart)).toContain('write outage 1.53 s');
  }
});

test('going back has a close-up of its own, and bars of another tint', () => {
  const page = renderHtml(alarmDuringWatch);
  expect(page).toContain('The write outage of the rollback, close up');
  const whole = chartsOf(page, 'wide').get('whole') ?? '';
  const ranAgain = alarmDuringWatch.result.cutover.phases.filter(
    ({ of, startedMs }) => startedMs > 43_000 && of?.part !== 'look',
  );
  expect(whole.match(/<path class="bar again /g)).toHaveLength(ranAgain.length);
});

test('undos stand below the phases', () => {
  const whole = chartsOf(renderHtml(rolledBack), 'wide').get('whole') ?? '';
  const order = [...whole.matchAll(/class="(heading|name)"[^>]*>([^<]+)</g)].map(([, , text]) => text);
  expect(order.slice(order.indexOf('Drain'), order.indexOf('Undo Fence') + 1)).toEqual([
    'Drain',
    'Undone',
    'Undo Fence',
  ]);
});

test('the switch by hand has its own chart, to the same scale of latency', () => {
  const { byHand } = withByHand;
  if (byHand === undefined) throw new Error('no switch by hand');
  const slow = { atMs: byHand.startedAt + 20_000, operations: 1, failed: 0, p50Ms: 2, p99Ms: 30_000 };
  const record = { ...withByHand, byHand: { ...byHand, series: [...byHand.series, slow] } };
  const charts = chartsOf(renderHtml(record), 'wide');
  const decades = (chart = '') =>
    [...chart.matchAll(/class="tick"[^>]*text-anchor="end">([\d.]+ m?s)</g)].map(([, label]) => label);
  expect(decades(charts.get('by-hand'))).toEqual(decades(charts.get('whole')));
  expect(decades(charts.get('whole'))).toContain('100 s');
});

test('with a script the page runs that one alone, and what it is told ends no element', () => {
  const script = 'document.title';
  const page = renderHtml(crowded, script);
  const hash = createHash('sha256').update(script).digest('base64');
  expect(page).toContain(`script-src &#39;sha256-${hash}&#39;`);
  const [, data = '', ran] =
    /<script type="application\/json" id="data">(.*?)<\/script><script>(.*?)<\/script>/s.exec(page) ?? [];
  expect(ran).toBe(script);
  expect(page.match(/<script/g)).toHaveLength(2);
  expect(data).not.toContain('<');
  expect(JSON.parse(data)).toMatchObject({
    figures: [{ id: 'whole' }, ...Array(chartsOf(page, 'wide').size - 1).fill({})],
  });
});

test('the scripts of pages ask for nothing and end no element', () => {
  for (const script of [pageScript('report'), pageScript('live')]) {
    // The one address in it is the name of SVG's elements, which nobody calls.
    const found = script.match(/<\/script|<!--|import\(|https?:\/\/(?!www\.w3\.org\/2000\/svg")[^"]*/g);
    expect(found).toBeNull();
    expect(script.length).toBeLessThan(100_000);
  }
});

test('without a switch by hand nothing is said of one', () => {
  expect(textOf(renderHtml(fencedCutover))).not.toMatch(/by hand/i);
});

test('the command that repeats it is there, where one was given', () => {
  const command = "cutover rehearse shop --app 'my app' --fault Drain:kill-agent";
  expect(textOf(renderHtml({ ...fencedCutover, command }))).toContain(`${command}\n`);
  expect(textOf(renderHtml(fencedCutover))).not.toContain('How to repeat it');
});

test('each fault says when it was injected, or that it was not', () => {
  const faults = [{ fault: 'Drain:kill-agent', injectedMs: 12_340 }, { fault: 'Watch:alarm' }];
  const text = textOf(renderHtml({ ...fencedCutover, result: { ...fencedCutover.result, faults } }));
  expect(text).toMatch(/Drain:kill-agent\s*injected at 12\.3 s\s*Watch:alarm\s*not injected/);
});

test('each check says whose it is, what was seen and whether it passed; without any there is no table', () => {
  const page = renderHtml({ ...fencedCutover, result: { ...fencedCutover.result, checks: [LOGIN, A_LOOK] } });
  expect(rowsOf(page)).toContainEqual([
    'log in (shop <team>)',
    'HTTP request',
    'Check',
    'GET http://shop/login: got the status 503, expected 200 to 299',
    '3',
    '12.4',
    'failed',
  ]);
  expect(rowsOf(page)).toContainEqual(expect.arrayContaining(['a look', 'ann confirmed it', 'passed']));
  expect(page).not.toContain('<team>');
  expect(textOf(renderHtml(fencedCutover))).not.toContain('Checks');
});

test('each broken invariant is told at the top and in its row', () => {
  const page = renderHtml(crowded);
  expect(textOf(page)).toContain('Invariant 4 is broken');
  expect(rowsOf(page)).toContainEqual(['4', expect.stringContaining('3 acknowledged writes are gone.'), 'broken']);
  expect(rowsOf(page)).toContainEqual(['3', expect.any(String), 'no violation seen']);
});

test('a rehearsal that ended before anything ran is a page too', () => {
  const { byHand, writeOutages, ...rest } = withByHand;
  const nothing: RehearsalRecord = {
    ...rest,
    result: { ...rest.result, cutover: { writeOutage: [], transitions: 0, phases: [] } },
    durationMs: 0,
    series: [],
    weights: [],
    incidents: [],
  };
  const page = renderHtml(nothing);
  expect(elementsOf(page).length).toBeGreaterThan(100);
  expect(page).not.toMatch(/NaN|Infinity|undefined/);
});

test('an hour makes the page no bigger than a minute does', () => {
  const long = (minutes: number): RehearsalRecord => ({
    ...gradualCanary,
    series: series({ seed: 'long', fromMs: 0, toMs: minutes * 60_000, disturbances: [] }),
    startedAt: STARTED_AT,
  });
  expect(renderHtml(long(60)).length).toBeLessThan(1.5 * renderHtml(long(1)).length);
});

function headingOf(record: RehearsalRecord): string {
  return textOf(/<h1>(.*?)<\/h1>/s.exec(renderHtml(record))?.[1] ?? '');
}

/** As the page shows it. */
function visible(text: string): string {
  return text.replace(/\p{Cc}|\p{Bidi_Control}/gu, '\ufffd');
}
