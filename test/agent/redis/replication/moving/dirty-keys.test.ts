import fc from 'fast-check';
import { DirtyKeys } from '../../../../../agent/redis/replication/moving/dirty-keys';

const names = (keys: readonly Buffer[] | undefined) => keys?.map(String);

describe('dirty keys', () => {
  test('come in the order in which their first change became known', () => {
    const dirty = new DirtyKeys();
    dirty.mark(0, 'a', 1);
    dirty.mark(0, 'b', 2);
    dirty.mark(0, 'a', 3);
    expect(dirty.oldest()).toBe(1);
    expect(dirty.take(1)).toMatchObject({ database: 0, keys: [Buffer.from('a')], since: 1 });
    expect(dirty.oldest()).toBe(2);
  });

  test('of the database that has waited longest come first', () => {
    const dirty = new DirtyKeys();
    dirty.mark(5, 'late', 20);
    dirty.mark(3, 'early', 10);
    expect(dirty.take(10)).toMatchObject({ database: 3, since: 10 });
    expect(dirty.take(10)).toMatchObject({ database: 5, since: 20 });
    expect(dirty.take(10)).toBeUndefined();
  });

  test('every key that is marked is taken once, byte for byte', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat({ max: 3 }), fc.uint8Array({ maxLength: 6 }))),
        fc.integer({ min: 1, max: 7 }),
        (marks, limit) => {
          const dirty = new DirtyKeys();
          for (const [i, [database, key]] of marks.entries())
            dirty.mark(database, Buffer.from(key).toString('latin1'), i);
          const taken: string[] = [];
          for (let batch = dirty.take(limit); batch !== undefined; batch = dirty.take(limit)) {
            expect(batch.keys.length).toBeLessThanOrEqual(limit);
            for (const key of batch.keys) taken.push(`${batch.database} ${key.toString('hex')}`);
          }
          const marked = new Set(marks.map(([database, key]) => `${database} ${Buffer.from(key).toString('hex')}`));
          expect(taken.sort()).toEqual([...marked].sort());
          expect([dirty.size, dirty.oldest()]).toEqual([0, undefined]);
        },
      ),
    );
  });

  test('are given up rather than outgrow their memory', () => {
    const dirty = new DirtyKeys();
    const long = 'x'.repeat(1024 * 1024);
    let fits = true;
    let marked = 0;
    for (; fits && marked < 1000; marked += 1) fits = dirty.mark(0, `${marked} ${long}`, marked);
    expect(marked).toBeLessThan(60);
    dirty.clear();
    expect(dirty.mark(0, 'a', 1)).toBe(true);
    expect(names(dirty.take(5)?.keys)).toEqual(['a']);
  });
});
