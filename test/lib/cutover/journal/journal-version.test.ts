import { CacheConsistency } from '../../../../lib';
import { JOURNAL_VERSION, upgraded } from '../../../../lib/cutover/journal/journal-version';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { Cloud } from '../../cloud';
import { Surroundings } from '../../migration-under-test';
import { evaluated } from '../rendered';

afterAll(removeTemporaryFolders);

const surroundings = new Surroundings();
surroundings.migrateInFull(CacheConsistency.FENCED);
const assembly = surroundings.deploy();

async function cloudWith(journal: object): Promise<Cloud> {
  const cloud = await Cloud.of(assembly, true);
  const parameter = { Name: '/cdk-cutover/sessions/journal', Value: JSON.stringify(journal), Type: 'String' };
  await cloud.administer('ssm', 'putParameter', parameter);
  return cloud;
}

const upgrade = (journal: object) => evaluated(`{% ${upgraded('$journal')} %}`, { journal });

test('a journal from before there were versions gets this one, and a newer one keeps its own', async () => {
  const version = JOURNAL_VERSION;
  expect(await upgrade({ phase: 'Fence' })).toEqual({ phase: 'Fence', ingress: {}, version });
  expect(await upgrade({ phase: 'Fence', version })).toEqual({ phase: 'Fence', version });
  expect(await upgrade({ phase: 'Fence', version: version + 1 })).toEqual({ phase: 'Fence', version: version + 1 });
});

test('what a definition writes says of which version it is', async () => {
  const cloud = await Cloud.of(assembly, true);
  await cloud.run('preflight');
  expect(JSON.parse(String(cloud.parameter('journal'))).version).toBe(JOURNAL_VERSION);
});

test.each(['preflight', 'cutover', 'rollback', 'recover', 'retire'])(
  '%s refuses a journal newer than it knows, and changes nothing',
  async (action) => {
    const newer = { phase: 'Shut', version: JOURNAL_VERSION + 1, ingress: {} };
    const cloud = await cloudWith(newer);
    const before = cloud.observe();
    expect(await cloud.run(action)).toMatchObject({
      error: 'NewerJournal',
      cause: `Look around: The journal is of version ${JOURNAL_VERSION + 1}, and this definition knows none after ${JOURNAL_VERSION}: deploy the version of cdk-cutover that wrote it, or a later one. -- Nothing was changed.`,
    });
    expect(cloud.observe()).toEqual(before);
    expect(JSON.parse(String(cloud.parameter('journal')))).toEqual(newer);
  },
);

test('nobody has an execution recovered that was refused a newer journal', async () => {
  const cloud = await cloudWith({ phase: 'Shut', version: JOURNAL_VERSION + 1 });
  await cloud.run('cutover');
  await cloud.look();
  expect(cloud.started).toEqual([]);
});
