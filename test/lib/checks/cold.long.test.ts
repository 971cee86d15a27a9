import { CacheConsistency, Check, CheckTime } from '../../../lib';
import { removeTemporaryFolders } from '../../rehearsal/assembly/written-assembly';
import { Cloud } from '../cloud';
import { Surroundings } from '../migration-under-test';

afterAll(removeTemporaryFolders);

const CHECKS = [Check.http({ name: 'page', when: CheckTime.BEFORE_RESUME, url: 'http://shop.internal.example/' })];

async function rolledBack(prepare: (cloud: Cloud, asked: string[]) => void) {
  const surroundings = new Surroundings();
  surroundings.migrateInFull(CacheConsistency.COLD, { checks: CHECKS });
  const cloud = await Cloud.of(surroundings.deploy(), false);
  cloud.behaviours.set('page', 'red-on-green');
  const asked: string[] = [];
  const { agent } = cloud;
  cloud.agent = (verb, args) => {
    asked.push(`${verb} ${(args as { side?: string }).side ?? ''}`.trim());
    return agent(verb, args);
  };
  prepare(cloud, asked);
  return { result: await cloud.run('cutover'), asked, cloud };
}

test('anyone who kept a connection to green is closed there, once names lead to blue again', async () => {
  const { result, asked, cloud } = await rolledBack(() => {});
  expect(result).toMatchObject({ status: 'FAILED', error: 'RolledBack' });
  expect(asked.filter((each) => each.startsWith('redis.evict'))).toEqual(['redis.evict blue', 'redis.evict green']);
  expect(cloud.serving()).toBe('blue');
});
