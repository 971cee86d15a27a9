import type { Dialect } from '../dialect';
import type { Command } from '../resp/writer';
import { type HashField, hashes } from './hashes';
import { lists } from './lists';
import { sets } from './sets';
import { sortedSets } from './sorted-sets';
import { type Stream, streams } from './streams';
import { strings } from './strings';
import { Changed, type DataType, type Place } from './value';

/** A value read by its type, ready to be built in another dialect or compared. */
export interface TypedValue {
  readonly type: TypeName;
  build(key: Buffer, dialect: Dialect): Command[];
  equal(other: TypedValue): boolean;
}

export type TypeName = 'string' | 'list' | 'set' | 'hash' | 'zset' | 'stream';

/** The operations that need no value in hand. */
export interface AnyType {
  readonly name: TypeName;
  readonly length: DataType<never>['length'];
  readonly reconcile: DataType<never>['reconcile'];
  read(from: Place): Promise<TypedValue>;
}

const TYPES: ReadonlyMap<string, AnyType> = new Map(
  [
    typed<Buffer>('string', strings),
    typed<Buffer[]>('list', lists),
    typed<Buffer[]>('set', sets),
    typed<HashField[]>('hash', hashes),
    typed<(readonly [Buffer, Buffer])[]>('zset', sortedSets),
    typed<Stream>('stream', streams),
  ].map((type) => [type.name, type]),
);

/** By the name that TYPE answers. */
export function typeNamed(name: string): AnyType {
  const type = TYPES.get(name);
  if (type !== undefined) return type;
  if (name === 'none') throw new Changed('the key is gone');
  throw new Error(
    `A key is of the type "${name}", which belongs to a module and can only be copied between servers of one RDB ` +
      'version: load the module on the target, or delete these keys.',
  );
}

function typed<V>(name: TypeName, type: DataType<V>): AnyType {
  return {
    name,
    length: type.length,
    reconcile: type.reconcile,
    async read(from) {
      return new ReadValue(name, type, await type.read(from));
    },
  };
}

class ReadValue<V> implements TypedValue {
  constructor(
    readonly type: TypeName,
    private readonly operations: DataType<V>,
    private readonly value: V,
  ) {}

  build(key: Buffer, dialect: Dialect): Command[] {
    return this.operations.build(key, this.value, dialect);
  }

  equal(other: TypedValue): boolean {
    // Values of one type name come from one DataType.
    return other instanceof ReadValue && other.type === this.type && this.operations.equal(this.value, other.value);
  }
}
