import fc from 'fast-check';
import { Frame, LAYOUTS } from '../../../../rehearsal/report/svg/frame';
import { IncidentMarks, numbered } from '../../../../rehearsal/report/svg/incident-marks';
import { layoutOf } from './layouts';

interface Box {
  readonly left: number;
  readonly right: number;
  readonly y: number;
}

interface Drawn {
  readonly badges: readonly Box[];
  readonly labels: readonly Box[];
  readonly lines: readonly { readonly x: number; readonly from: number }[];
  readonly numbers: readonly string[];
}

/** What is drawn, with labels as wide as a narrow font makes them at least. */
function drawn(marks: IncidentMarks): Drawn {
  const text = marks
    .marks()
    .map((mark) => mark.text)
    .join('');
  const badges = [
    ...text.matchAll(/<rect class="badge" x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="([\d.]+)"/g),
  ];
  const labels = [...text.matchAll(/class="incident" x="([\d.-]+)" y="([\d.-]+)" text-anchor="(start|end)">([^<]*)</g)];
  return {
    badges: badges.map(([, x, y, width, height]) => ({
      left: Number(x),
      right: Number(x) + Number(width),
      y: Number(y) + Number(height) / 2,
    })),
    labels: labels.map(([, x, y, anchor, label = '']) => {
      const width = label.length * 5.5;
      const left = anchor === 'start' ? Number(x) : Number(x) - width;
      return { left, right: left + width, y: Number(y) - 4 };
    }),
    lines: [...marks.lines(1000).text.matchAll(/M([\d.]+) ([\d.]+)V/g)].map(([, x, from]) => ({
      x: Number(x),
      from: Number(from),
    })),
    numbers: [...text.matchAll(/class="badge-number"[^>]*>([^<]+)</g)].map(([, number = '']) => number),
  };
}

const incidents = fc.array(
  fc.record({
    atMs: fc.integer({ min: 0, max: 60_000 }),
    what: fc.string({ minLength: 1, maxLength: 80, unit: fc.constantFrom(...'abc de') }),
  }),
  { maxLength: 60 },
);

test('no mark and no label stands on another one, or on the line of another one', () => {
  fc.assert(
    fc.property(incidents, fc.constantFrom(...LAYOUTS), (happened, layout) => {
      const frame = new Frame(layout, { fromMs: 0, toMs: 60_000 });
      const { badges, labels, lines } = drawn(new IncidentMarks(frame, numbered(happened)));
      const boxes = [...badges, ...labels];
      for (const [index, box] of boxes.entries()) {
        for (const other of boxes.slice(index + 1)) {
          const apart = box.right <= other.left || other.right <= box.left || Math.abs(box.y - other.y) >= 16;
          expect({ apart, box, other }).toMatchObject({ apart: true });
        }
        for (const { x, from } of lines) {
          const crossed = from < box.y && x > box.left && x < box.right;
          expect({ crossed, box, x }).toMatchObject({ crossed: false });
        }
      }
    }),
  );
});

test('every incident is under one mark, alone or with its neighbours', () => {
  fc.assert(
    fc.property(incidents, fc.constantFrom(...LAYOUTS), (happened, layout) => {
      const frame = new Frame(layout, { fromMs: 0, toMs: 60_000 });
      const numbers = drawn(new IncidentMarks(frame, numbered(happened))).numbers.flatMap((number) => {
        const [first = 0, last = first] = number.split('–').map(Number);
        return Array.from({ length: last - first + 1 }, (_, index) => first + index);
      });
      expect(numbers.sort((a, b) => a - b)).toEqual(happened.map((_, index) => index + 1));
    }),
  );
});

test('incidents outside the window are not marked, and keep their numbers', () => {
  const all = numbered([
    { atMs: 90, what: 'before' },
    { atMs: 150, what: 'within' },
    { atMs: 210, what: 'after' },
  ]);
  expect(drawn(new IncidentMarks(new Frame(layoutOf('wide'), { fromMs: 100, toMs: 200 }), all)).numbers).toEqual(['2']);
});

test('without incidents there is no room for any', () => {
  expect(new IncidentMarks(new Frame(layoutOf('wide'), { fromMs: 0, toMs: 1 }), []).height).toBe(0);
});
