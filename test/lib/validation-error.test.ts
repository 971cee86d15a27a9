import { globSync, readFileSync } from 'node:fs';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Cache, CacheEngine, Database, DatabaseEngine, MemcachedCluster, Workload } from '../../lib';
import { inConstruct, ValidationError } from '../../lib/validation-error';
import { Surroundings } from './migration-under-test';

/** Programs that AWS runs: they know no construct. */
const HANDLERS = 'lib/cutover/record/handler/';

test('what the library refuses is a ValidationError', () => {
  const sources = globSync('lib/**/*.ts').filter((file) => !file.startsWith(HANDLERS));
  expect(sources.filter((file) => /\bnew Error\(/.test(readFileSync(file, 'utf8')))).toEqual([]);
});

test.each<readonly [string, RegExp, (under: Surroundings) => unknown]>([
  ['Shop/Sessions8', /^Got port 0\./, (under) => under.green({ port: 0 })],
  [
    'Shop/Pages',
    /^engine: got valkey/i,
    ({ stack, vpc }) => new MemcachedCluster(stack, 'Pages', { vpc, engine: CacheEngine.valkey('8.1') }),
  ],
  [
    'Shop/Other',
    /^Got endpointAddress 'redis:/,
    ({ stack }) =>
      Cache.fromAttributes(stack, 'Other', { engine: CacheEngine.redis('6.2'), endpointAddress: 'redis://other' }),
  ],
  [
    'Shop/Orders',
    /^Got no secret/,
    ({ stack }) =>
      Database.fromAttributes(stack, 'Orders', {
        engine: DatabaseEngine.mysql('8.0.39'),
        endpointAddress: 'orders.example',
        instanceIdentifier: 'orders',
      }),
  ],
  ['Shop/Migration', /^maxFreeze: got /, (under) => under.migrate({ maxFreeze: Duration.hours(1) })],
  [
    'Shop/Migration',
    /^workloads: got 'orders' twice/,
    (under) => {
      const service = under.service('orders');
      return under.migrate({ workloads: [Workload.ecsService({ service }), Workload.ecsService({ service })] });
    },
  ],
])('at %s it ends with the path: %s', (path, what, make) => {
  const refused = refusalOf(() => make(new Surroundings()));
  expect(refused).toBeInstanceOf(ValidationError);
  expect(refused).toMatchObject({ constructPath: path, message: expect.stringMatching(what) });
  expect((refused as Error).message).toMatch(new RegExp(` \\(at path '${path}'\\)$`));
});

test('of constructs in one another, the innermost is named, once; other errors are left as they are', () => {
  const stack = new Stack(new App(), 'Shop');
  const nested = () =>
    inConstruct(stack, () =>
      inConstruct(
        stack,
        () => {
          throw new ValidationError('ttl: got 0 s.');
        },
        'Record',
      ),
    );
  expect(nested).toThrow(/^ttl: got 0 s\. \(at path 'Shop\/Record'\)$/);
  const fault = new TypeError('x is not a function');
  expect(
    refusalOf(() =>
      inConstruct(stack, () => {
        throw fault;
      }),
    ),
  ).toBe(fault);
});

function refusalOf(make: () => unknown): unknown {
  try {
    make();
  } catch (error) {
    return error;
  }
  throw new Error('Nothing was refused.');
}
