import { removeTemporaryFolders } from '../rehearsal/assembly/written-assembly';
import { EXAMPLES, synthesized, type Template } from './example-under-test';

afterAll(removeTemporaryFolders);

/** Every resource of an example, whatever its stack. */
function resourcesOf(name: string, migrating: boolean): Template['Resources'] {
  const { assembly, template } = synthesized(name, migrating);
  const stacks = assembly.stacks.map((stack) => template(stack.name).Resources);
  const { CDKMetadata, ...resources } = Object.assign({}, ...stacks);
  return resources;
}

/** What each example makes and keeps; of a managed deployment, RDS makes it. */
const GREEN: Readonly<Record<string, string>> = {
  memcached: 'AWS::ElastiCache::CacheCluster',
  'mysql-to-aurora': 'AWS::RDS::DBCluster',
  'pure-cache': 'AWS::ElastiCache::ReplicationGroup',
  'shared-cache': 'AWS::ElastiCache::ReplicationGroup',
};

describe.each(EXAMPLES)('%s', (name) => {
  const without = resourcesOf(name, false);
  const during = resourcesOf(name, true);

  test('has the same new side, and the same of all else, with and without its migration', () => {
    const types = Object.values(without).map(({ Type }) => Type);
    expect(types).toEqual(expect.arrayContaining([GREEN[name]].flatMap((type) => type ?? [])));
    expect(types.length).toBeGreaterThan(0);
    for (const [logicalId, resource] of Object.entries(without)) expect(during[logicalId]).toEqual(resource);
  });

  test('has no record whose weights a deploy could set', () => {
    const records = Object.values(during).filter(({ Type }) => /RecordSet|Custom::/.test(Type));
    expect([...new Set(records.map(({ Type }) => Type))]).toEqual(['Custom::CutoverRecord']);
    expect(Object.values(without).filter(({ Type }) => /RecordSet|Custom::/.test(Type))).toEqual([]);
  });
});
