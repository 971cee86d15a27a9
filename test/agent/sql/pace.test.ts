import { Pace } from '../../../agent/sql/pace';

const QUICK_MS = 10;

/** Rows of the first chunks, each read in no time. */
function chunks(pace: Pace, count: number): readonly number[] {
  return Array.from({ length: count }, () => {
    const { rows } = pace;
    pace.took(QUICK_MS, rows);
    return rows;
  });
}

test('of a table without statistics begins small, and grows while chunks take no time', () => {
  expect(chunks(new Pace(undefined, 20_000), 8)).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 20_000, 20_000]);
});

test('of a table with long rows stays small, however quick they are read', () => {
  expect(chunks(new Pace(1024 * 1024), 3)).toEqual([500, 500, 500]);
});

test('becomes smaller where a chunk takes long', () => {
  const pace = new Pace(undefined);
  chunks(pace, 5);
  const { rows } = pace;
  pace.took(1_000, rows);
  expect(pace.rows).toBe(rows / 2);
});
