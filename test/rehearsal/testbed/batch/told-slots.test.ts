import { toldByExecutions, toldByLedger } from '../../../../rehearsal/testbed/batch/told-slots';

const minute = (time: string) => new Date(`2020-11-01T${time}:00Z`);

test('a ledger tells of what was missed, was skipped, died or failed, and of nothing that was started or is another host’s', () => {
  const told = toldByLedger([
    { slot: '20201101T0541Z-0041', state: 'succeeded' },
    { slot: '20201101T0542Z-0042', state: 'missed', reason: 'Nothing was started for it.' },
    { slot: '20201101T0543Z-0043', state: 'skipped', reason: 'The run before it goes on.' },
    { slot: '20201101T0544Z-0044', state: 'left', reason: 'The old server starts it.' },
    { slot: '20201101T0545Z-nowepoch1', state: 'missed', reason: 'The job moved back before this run was started.' },
    { slot: '20201101T0546Z-0046', state: 'died', reason: 'Its runner was killed.' },
    { slot: '20201101T0547Z-0047', state: 'failed', reason: 'It ended with exit code 2.' },
    { slot: 'settled', state: '' },
  ]);
  expect(told).toEqual([
    { slot: minute('05:42'), why: 'Nothing was started for it.' },
    { slot: minute('05:43'), why: 'The run before it goes on.' },
    { slot: minute('05:46'), why: 'Its runner was killed.' },
    { slot: minute('05:47'), why: 'It ended with exit code 2.' },
  ]);
});

test('executions of the job tell of what was left out, those that failed in their cause', () => {
  const told = toldByExecutions('orders', [
    {
      input: '{"action":"rollback","job":"orders"}',
      output: '{"job":"orders","leftOut":["2020-11-01T05:42Z"],"leftOutCount":1}',
    },
    { input: '{"action":"rollback","job":"feed"}', output: '{"job":"feed","leftOut":["2020-11-01T05:50Z"]}' },
    {
      input: '{"action":"cutover","job":"orders"}',
      cause:
        'orders: no proof of 2020-11-01T05:30Z -- It is on blue. Nothing was started for 9 of its slots, the newest 2020-11-01T05:43Z, 2020-11-01T05:44Z.',
    },
    { input: '{"action":"cutover","jobs":["orders"]}', output: '{"jobs":[]}' },
  ]);
  expect(told.map(({ slot }) => slot)).toEqual(['05:42', '05:43', '05:44'].map(minute));
  expect(told[0]?.why).toBe('The rollback left it out: late runs of the job are not wanted.');
});
