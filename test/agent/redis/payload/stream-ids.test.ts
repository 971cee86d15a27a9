import { next } from '../../../../agent/redis/payload/stream-ids';

test.each([
  ['5-1', '5-2'],
  ['5-18446744073709551615', '6-0'],
])('the id behind %s is %s', (id, behind) => {
  expect(next(Buffer.from(id))).toBe(behind);
});
