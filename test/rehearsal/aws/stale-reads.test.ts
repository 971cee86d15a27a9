import { StaleReads } from '../../../rehearsal/aws/stale-reads';

function testbed(random = () => 0.5) {
  let now = 0;
  let value: string | undefined = 'before';
  const stale = new StaleReads({ now: () => now }, 10_000, random);
  const read = async () => {
    if (value === undefined) throw new Error('gone');
    return { value };
  };
  return {
    read: () => stale.answer('ssm', 'getParameter a', read),
    async write(changed: string | undefined) {
      await stale.keep('ssm');
      value = changed;
    },
    pass: (ms: number) => {
      now += ms;
    },
  };
}

test('a read is answered as it was before the change, until its time has passed', async () => {
  const { read, write, pass } = testbed();
  expect(await read()).toEqual({ value: 'before' });
  await write('after');
  expect(await read()).toEqual({ value: 'before' });
  pass(5_000);
  expect(await read()).toEqual({ value: 'after' });
});

test('so is what is gone, and what was not there', async () => {
  const { read, write, pass } = testbed();
  await read();
  await write(undefined);
  expect(await read()).toEqual({ value: 'before' });
  pass(5_000);
  await expect(read()).rejects.toThrow('gone');
  await write('again');
  await expect(read()).rejects.toThrow('gone');
});

test('a second change is not seen any sooner than the first', async () => {
  const { read, write, pass } = testbed();
  await read();
  await write('one');
  pass(4_000);
  await write('two');
  expect(await read()).toEqual({ value: 'before' });
  pass(1_000);
  expect(await read()).toEqual({ value: 'two' });
});

test('with a lag of none, every read is as it is', async () => {
  const { read, write } = testbed(() => 0);
  await read();
  await write('after');
  expect(await read()).toEqual({ value: 'after' });
});
