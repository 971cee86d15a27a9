import type { Dialect } from '../dialect';
import type { Command } from '../resp/writer';
import { dumped } from './dumped';
import { type HashField, hashes } from './hashes';
import { lists } from './lists';
import { sets } from './sets';
import { sortedSets } from './sorted-sets';
import { type Stream, streams } from './streams';
import { strings } from './strings';
import { Changed, type DataType, type Place } from './value';

/** A value read by its type, ready to be built in another dialect or compared. */
export interface TypedValue {
  readonly type: string;
  build(key: Buffer, dialect: Dialect): Command[];
  equal(other: TypedValue): boolean;
}

/** The operations that need no value in hand. */
export interface AnyType {
  readonly name: string;
  /** Whether its values travel as dumps only, however big they are. */
  readonly dumpOnly: boolean;
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

/** By the name that TYPE answers; one that is not known belongs to a module. */
export function typeNamed(name: string): AnyType {
  if (name === 'none') throw new Changed('the key is gone');
  return TYPES.get(name) ?? { ...typed(name, dumped(name)), dumpOnly: true };
}

function typed<V>(name: string, type: DataType<V>): AnyType {
  return {
    name,
    dumpOnly: false,
    length: type.length,
    reconcile: type.reconcile,
    async read(from) {
      return new ReadValue(name, type, await type.read(from));
    },
  };
}

class ReadValue<V> implements TypedValue {
  constructor(
    readonly type: string,
    private readonly operations: DataType<V>,
    private readonly value: V,
  ) {}

  build(key: Buffer, dialect: Dialect): Command[] {
    return this.operations.build(key, this.value, dialect);
  }

  equal(other: TypedValue): boolean {
    // Values of one type name are read alike.
    return other instanceof ReadValue && other.type === this.type && this.operations.equal(this.value, other.value);
  }
}
