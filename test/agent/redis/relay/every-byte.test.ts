import { atEachByte } from './support/every-byte';

// Redis 6.0 to Valkey 8.1, a sample of the places; every-byte.long.test.ts has all of them, and all engines.
describe.each([2, 3] as const)(
  'RESP%i: a recording of all kinds of command, with the switch after a byte',
  (protocol) => {
    test('answers what one server answers', async () => {
      await atEachByte({ blue: ['redis', '6.0'], green: ['valkey', '8.1'], protocol, every: 97 });
    });
  },
);
