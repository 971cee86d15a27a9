import type { SideEffect } from '../../../../rehearsal/testbed/batch/side-effects';
import { countSlots } from '../../../../rehearsal/testbed/batch/slot-count';
import type { ToldSlot } from '../../../../rehearsal/testbed/batch/told-slots';

const at = (time: string) => new Date(`2020-11-01T${time}Z`);
const slots = ['05:31:00', '05:32:00', '05:33:00'].map(at);
const effect = (time: string, slot?: string): SideEffect => ({
  what: 'orders',
  host: 'blue',
  user: 'batch',
  pid: 7,
  at: at(time),
  ...(slot !== undefined && { slot: at(slot) }),
});
const told = (time: string) => ({ slot: at(time), why: 'The run before it goes on.' });
const count = (effects: readonly SideEffect[], leftOut: readonly ToldSlot[] = []) =>
  countSlots({ job: 'orders', slots, effects, leftOut });

test('each slot with one effect of its minute was started once', () => {
  expect(count([effect('05:31:02'), effect('05:32:59'), effect('05:33:00')])).toEqual({
    job: 'orders',
    expected: 3,
    started: 3,
    late: 0,
    lost: [],
    told: [],
    doubled: [],
  });
});

test('a slot without effect is lost, unless somebody has told of it', () => {
  const effects = [effect('05:31:02')];
  expect(count(effects, [told('05:33:00')])).toMatchObject({ lost: [at('05:32:00')], told: [told('05:33:00')] });
});

test('two effects of a minute are one too many', () => {
  const second = effect('05:31:40');
  expect(count([effect('05:31:02'), second, effect('05:32:02'), effect('05:33:02')])).toMatchObject({
    started: 3,
    doubled: [second],
  });
});

test('what ran beside another made up for a slot before it that was missing, and for none after it', () => {
  const late = effect('05:33:40');
  expect(count([effect('05:31:02'), effect('05:33:02'), late])).toMatchObject({
    started: 3,
    late: 1,
    lost: [],
    doubled: [],
  });
  const early = effect('05:32:40');
  expect(count([effect('05:31:02'), effect('05:32:02'), early])).toMatchObject({
    lost: [at('05:33:00')],
    doubled: [early],
  });
});

test('a script that was told its slot ran for that one, whenever it ran', () => {
  expect(count([effect('05:40:00', '05:31:00'), effect('05:32:01'), effect('05:33:01')])).toMatchObject({
    started: 3,
    late: 1,
    doubled: [],
  });
  const again = effect('05:41:00', '05:31:00');
  expect(count([effect('05:40:00', '05:31:00'), again, effect('05:32:01')])).toMatchObject({
    lost: [at('05:33:00')],
    doubled: [again],
  });
});

test('a run that no schedule has asked for is of no slot, and is started once', () => {
  const now = (time: string) => ({ ...effect(time), byHand: '20201101T0532Z-nowepoch1' });
  const each = [effect('05:31:02'), effect('05:32:02'), effect('05:33:02')];
  expect(count([...each, now('05:32:10')])).toMatchObject({ started: 3, doubled: [] });
  const again = now('05:32:50');
  expect(count([...each, now('05:32:10'), again])).toMatchObject({ started: 3, doubled: [again] });
});
