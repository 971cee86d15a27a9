import { CounterLedger } from '../../../../../rehearsal/clients/redis/ledger/counter-ledger';
import { QueueLedger } from '../../../../../rehearsal/clients/redis/ledger/queue-ledger';
import { valuesOf } from '../../../figure-values';

describe('a queue', () => {
  let queue: QueueLedger;
  beforeEach(() => {
    queue = new QueueLedger();
  });
  const push = (job: string, sentMs: number, side = 'blue') =>
    queue.add({ type: 'push', queue: 'q', job, sentMs, ackedMs: sentMs + 1, server: 'a:1' }, side);
  const pop = (job: string, sentMs: number, side = 'blue') =>
    queue.add({ type: 'pop', queue: 'q', job, sentMs, ackedMs: sentMs + 1, server: 'a:1' }, side);
  const judge = (...waiting: string[]) => {
    const { figures, losses } = queue.judge(new Map(waiting.map((job) => [job, 1])));
    return { figures: valuesOf(figures), losses };
  };

  test('whose every job is done once or waiting is in order', () => {
    push('1', 0);
    push('2', 1);
    pop('1', 5);
    expect(judge('2')).toEqual({
      figures: { jobsPushed: 2, jobsTaken: 1, jobsWaiting: 1, jobsDoneTwice: 0, jobsLost: 0, jobsUnanswered: 0 },
      losses: [],
    });
  });

  test('loses a job that is neither', () => {
    push('1', 0);
    expect(judge()).toMatchObject({
      figures: { jobsLost: 1, jobsUnanswered: 0 },
      losses: [{ kind: 'queue', side: 'blue' }],
    });
  });

  test('has a job twice that was done and is there again', () => {
    push('1', 0);
    pop('1', 5, 'blue');
    expect(judge('1')).toMatchObject({ figures: { jobsDoneTwice: 1 }, losses: [{ side: 'blue', ackedMs: 6 }] });
    pop('1', 9, 'green');
    expect(judge()).toMatchObject({ figures: { jobsDoneTwice: 1 } });
  });

  test('may have lost one job to each pop that was never answered, on its side and after the push', () => {
    push('1', 0);
    push('2', 1);
    push('3', 50);
    queue.interrupted(20, 'blue');
    queue.interrupted(60, 'green');
    expect(judge().figures).toMatchObject({ jobsLost: 2, jobsUnanswered: 1 });
  });

  test('lost a job for certain that was put there after the only pop without an answer', () => {
    push('1', 50);
    queue.interrupted(20, 'blue');
    expect(judge().figures).toMatchObject({ jobsLost: 1, jobsUnanswered: 0 });
  });

  test('owes nothing for a push that was never answered', () => {
    queue.add({ type: 'push', queue: 'q', job: '1', sentMs: 0, failedMs: 9, server: 'a:1' }, 'blue');
    expect(judge()).toMatchObject({ figures: { jobsLost: 0 }, losses: [] });
    expect(judge('1')).toMatchObject({ figures: { jobsLost: 0, jobsDoneTwice: 0 }, losses: [] });
  });
});

describe('a counter', () => {
  let counters: CounterLedger;
  beforeEach(() => {
    counters = new CounterLedger();
  });
  const increment = (atMs: number, side = 'blue') =>
    counters.add(
      { type: 'increment', kind: 'counter', key: 'c', value: 1, sentMs: atMs, ackedMs: atMs + 1, server: 'a:1' },
      side,
    );
  const judge = (value: number, complete = true) => counters.judge('c', value, 'green', complete);

  test('holds every acknowledged increment, and perhaps those without an answer', () => {
    increment(0);
    increment(1);
    counters.add({ type: 'increment', kind: 'counter', key: 'c', sentMs: 2, failedMs: 9, server: 'a:1' }, 'blue');
    expect(judge(2)).toEqual([]);
    expect(judge(3)).toEqual([]);
    expect(judge(1)).toHaveLength(1);
  });

  test('was incremented twice for one request where it holds more', () => {
    increment(0);
    expect(judge(2)).toMatchObject([{ what: 'is 2 after 1 increments and 0 unanswered ones' }]);
    expect(judge(2, false)).toEqual([]);
  });

  test('misses those of the side that no longer serves first', () => {
    increment(0, 'blue');
    increment(1, 'blue');
    increment(2, 'green');
    expect(judge(2)).toMatchObject([{ side: 'blue', ackedMs: 2 }]);
  });
});
