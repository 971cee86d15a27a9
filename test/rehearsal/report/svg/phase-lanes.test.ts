import fc from 'fast-check';
import { Frame } from '../../../../rehearsal/report/svg/frame';
import { phaseLanes } from '../../../../rehearsal/report/svg/phase-lanes';
import { alarmDuringWatch } from '../samples/alarm-during-watch';
import { fencedCutover } from '../samples/fenced-cutover';
import { runs } from '../samples/record';
import { layoutOf } from './layouts';

const whole = { fromMs: 19_000, toMs: 58_000 };
const frame = new Frame(layoutOf('wide'), whole);

interface Bar {
  readonly kind: string;
  readonly left: number;
  readonly right: number;
  readonly y: number;
}

function barsOf(markup: string): Bar[] {
  return [...markup.matchAll(/<path class="bar (\w+) \w+" d="M([\d.]+) ([\d.]+)H([\d.]+)a([\d.]+)/g)].map(
    ([, kind = '', from, y, to, corner]) => ({
      kind,
      left: Number(from) - Number(corner),
      right: Number(to) + Number(corner),
      y: Number(y),
    }),
  );
}

test('a phase of a few milliseconds is wide enough to be seen, and its duration stands beside it', () => {
  const { text } = phaseLanes(frame, fencedCutover.result.cutover.phases).body;
  expect(text).toContain('>4 ms</text>');
  for (const { left, right } of barsOf(text)) expect(right - left).toBeGreaterThanOrEqual(2.9);
});

test('bars begin and end where the axis says', () => {
  const [bar] = barsOf(phaseLanes(frame, runs(30_000, ['Replicate', 10_000])).body.text);
  expect(bar?.left).toBeCloseTo(frame.x(30_000), 0);
  expect(bar?.right).toBeCloseTo(frame.x(40_000), 0);
});

test('a phase that runs again, and the look before it, share its row', () => {
  const { text } = phaseLanes(frame, alarmDuringWatch.result.cutover.phases).body;
  const rowOf = (name: string) => Number(new RegExp(`y="([\\d.]+)"[^>]*>${name}<`).exec(text)?.[1]) - 10;
  expect(
    barsOf(text)
      .filter(({ y }) => y === rowOf('Switch'))
      .map(({ kind }) => kind),
  ).toEqual(['forward', 'again']);
  expect(
    barsOf(text)
      .filter(({ y }) => y === rowOf('Fence'))
      .map(({ kind }) => kind),
  ).toEqual(['look', 'forward', 'look', 'again']);
});

test('a window shows only what ran in it', () => {
  const { text } = phaseLanes(
    new Frame(layoutOf('wide'), { fromMs: 34_000, toMs: 34_400 }),
    fencedCutover.result.cutover.phases,
  ).body;
  expect([...text.matchAll(/class="name"[^>]*>(\w+)</g)].map(([, name]) => name)).toEqual([
    'Fence',
    'Drain',
    'Verify',
    'Reverse',
    'Switch',
  ]);
});

test('no duration stands on a bar that is not its own', () => {
  const spans = fc.array(fc.tuple(fc.integer({ min: 0, max: 12_000 }), fc.integer({ min: 0, max: 6_000 })), {
    minLength: 1,
    maxLength: 6,
  });
  fc.assert(
    fc.property(spans, (lengths) => {
      let startedMs = whole.fromMs;
      const phases = lengths.map(([pauseMs, durationMs]) => {
        startedMs += pauseMs;
        const run = { name: 'Fence', startedMs, durationMs, outcome: 'succeeded' } as const;
        startedMs += durationMs;
        return run;
      });
      const { text } = phaseLanes(frame, phases).body;
      const bars = barsOf(text);
      for (const [, kind, x, anchor, label = ''] of text.matchAll(
        /class="lasted (\w+)[^"]*" x="([\d.]+)" y="[\d.]+" text-anchor="(\w+)">([^<]*)</g,
      )) {
        if (kind === 'inside') continue;
        const width = label.length * 5.5;
        const left = anchor === 'start' ? Number(x) : Number(x) - width;
        const met = bars.filter((bar) => bar.left < left + width && left < bar.right);
        expect({ label, met }).toEqual({ label, met: [] });
      }
    }),
    {
      numRuns: 1_000,
      examples: [
        [
          [
            [0, 0],
            [0, 333],
            [3037, 0],
          ],
        ],
      ],
    },
  );
});
