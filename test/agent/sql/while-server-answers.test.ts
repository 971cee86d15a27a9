import { setTimeout as sleep } from 'node:timers/promises';
import { whileServerAnswers } from '../../../agent/sql/while-server-answers';

const place = 'green (10.0.0.9:3306)';
const looks = { firstMs: 20, betweenMs: 10 };

describe('a statement that takes long', () => {
  const answering = (answers: readonly boolean[]) => {
    const left = [...answers];
    return async () => left.shift() ?? true;
  };

  test('is waited for while its server answers others, late now and then', async () => {
    const statement = sleep(200).then(() => 'answer');
    const answers = answering([true, false, false, true, false, false, true]);
    await expect(whileServerAnswers(place, statement, answers, looks)).resolves.toBe('answer');
  });

  test('is given up once nobody is answered, with the side and where it is', async () => {
    const never = new Promise<void>(() => undefined);
    const answers = answering([true, false, false, false]);
    await expect(whileServerAnswers(place, never, answers, looks)).rejects.toMatchObject({
      name: 'Agent.Unreachable',
      message: expect.stringMatching(/^green \(10\.0\.0\.9:3306\) hangs: a statement has been waiting for \d+ s/),
    });
  });

  test('fails as it fails', async () => {
    const refused = sleep(30).then(() => Promise.reject(new Error('refused')));
    await expect(whileServerAnswers(place, refused, async () => true, looks)).rejects.toThrow('refused');
  });

  test('leaves nobody asking once it is over', async () => {
    let asked = 0;
    const answers = async () => {
      asked += 1;
      return true;
    };
    await whileServerAnswers(place, sleep(60), answers, looks);
    const until = asked;
    await sleep(60);
    expect(asked).toBe(until);
  });
});
