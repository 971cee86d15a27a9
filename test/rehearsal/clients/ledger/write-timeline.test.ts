import { WriteTimeline } from '../../../../rehearsal/clients/ledger/write-timeline';
import type { Kind } from '../../../../rehearsal/clients/redis/cache-protocol';

let timeline: WriteTimeline;
beforeEach(() => {
  timeline = new WriteTimeline();
});

function write(side: string, sentMs: number, ackedMs: number, kind: Kind = 'session'): void {
  timeline.add({ kind, side, sentMs, ackedMs });
}
const sides = () => timeline.spans().map(({ side }) => side);

test('the longest gap is between two writes, or from the last one to the end', () => {
  // They arrive in the order in which processes report.
  write('blue', 5, 6);
  write('blue', 40, 41, 'lock');
  write('blue', 0, 1);
  expect(timeline.longestGapMs(45)).toBe(35);
  expect(timeline.longestGapMs(100)).toBe(59);
  expect(timeline.longestGapMs(45, 'session')).toBe(39);
  expect(timeline.longestGapMs(45, 'queue')).toBe(0);
});

test('one switch is two spans', () => {
  for (let ms = 0; ms < 100; ms += 10) write('blue', ms, ms + 5);
  for (let ms = 200; ms < 300; ms += 10) write('green', ms, ms + 5);
  expect(timeline.spans()).toEqual([
    { side: 'blue', fromMs: 5, toMs: 95, writes: 10 },
    { side: 'green', fromMs: 205, toMs: 295, writes: 10 },
  ]);
});

test('writes that crossed on their way prove nothing', () => {
  write('blue', 0, 10);
  write('green', 5, 12);
  write('blue', 8, 14);
  expect(sides()).toEqual(['blue']);
});

test('a write of the old side after one of the new side is proof that both were writable', () => {
  write('blue', 0, 1);
  write('green', 2, 3);
  write('blue', 4, 5);
  expect(sides()).toEqual(['blue', 'green', 'blue']);
});
