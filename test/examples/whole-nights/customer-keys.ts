import type { App } from 'aws-cdk-lib';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import { type ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type * as Library from '../../../lib';
import { type Assembly, loadAssembly } from '../../../rehearsal/assembly';
import { madeOnce } from '../../made-once';
import { exampleApp } from '../example-under-test';

/** What each kind of data is encrypted with. */
export const KEYS = keyArns();

/** A function: the library is asked for in the midst of this module's imports. */
function keyArns() {
  const arn = (digit: number) => `arn:aws:kms:eu-west-1:111122223333:key/${digit}2345678-1234-1234-1234-123456789012`;
  return { storage: arn(1), secrets: arn(2), assets: arn(3) };
}

type Constructed = new (scope: Construct, id: string, props: never) => Construct;

/**
 * The library as an app uses it that has a customer managed key for whatever can have one: for
 * `jest.mock('cdk-cutover', …)`. Examples state none but their topics'.
 */
export function libraryWithCustomerKeys(library: typeof Library): typeof Library {
  const { storage, assets } = keyArns();
  const logs = (scope: Construct) => ({ logEncryptionKey: new Key(scope, 'LogsKey') });
  const ofMigration = (scope: Construct, { host = {} }: Library.CacheMigrationProps) => ({
    ...logs(scope),
    host: { ...host, assetsKey: keyOf(scope, 'AssetsKey', assets) },
  });
  const stored = (scope: Construct, _: unknown, id: string) => ({
    encryptionKey: keyOf(scope, `StorageKeyOf${id}`, storage),
  });
  const fromAttributes: typeof Library.Database.fromAttributes = (scope, id, attrs) =>
    library.Database.fromAttributes(scope, id, { ...attrs, ...stored(scope, attrs, id) });
  return {
    ...library,
    Database: Object.assign(Object.create(library.Database), { fromAttributes }),
    CacheMigration: withMore(library.CacheMigration, ofMigration),
    AuroraMigration: withMore(library.AuroraMigration, ofMigration as never),
    ReplicationGroup: withMore(library.ReplicationGroup, stored),
    AuroraReplicaCluster: withMore(library.AuroraReplicaCluster, stored),
    BatchHost: withMore(library.BatchHost, (scope) => ({
      ...logs(scope),
      assetsKey: keyOf(scope, 'AssetsKey', assets),
    })),
    BatchHostMigration: withMore(library.BatchHostMigration, logs),
  };
}

/** As it is synthesized with that library; not to be written into. */
export function synthesizedWithKeys(name: string): Assembly {
  const of = jest.spyOn(Secret, 'fromSecretCompleteArn').mockImplementation(encryptedSecret);
  try {
    return loadAssembly(madeOnce(`${name}, customer keys`, (outdir) => appOf(name, outdir).synth()));
  } finally {
    of.mockRestore();
  }
}

const appOf = (name: string, outdir: string): App => exampleApp(name, true, outdir);

function encryptedSecret(scope: Construct, id: string, secretCompleteArn: string): ISecret {
  const encryptionKey = keyOf(scope, `KeyOf${id}`, KEYS.secrets);
  return Secret.fromSecretAttributes(scope, id, { secretCompleteArn, encryptionKey });
}

/** A key of the account that another app makes. */
function keyOf(scope: Construct, id: string, arn: string): IKey {
  return Key.fromKeyArn(scope, id, arn);
}

/** The same construct, with more of its properties stated. */
function withMore<C extends Constructed>(Original: C, more: (scope: Construct, props: never, id: string) => object): C {
  const WithMore = class extends (Original as Constructed) {
    constructor(scope: Construct, id: string, props: never) {
      super(scope, id, { ...(props as object), ...more(scope, props, id) } as never);
    }
  };
  return WithMore as unknown as C;
}
