import { assertTold } from '../../cutover/validations/stated';
import type { WeightStep } from '../../cutover/weights/canary';
import { ValidationError } from '../../validation-error';
import type { IDatabase } from '../database/database';

/** The narrowest first: a canary goes from few instances to all. */
const KINDS = ['instance', 'endpoint', 'readers'] as const;
type Kind = (typeof KINDS)[number];

/**
 * Where a side's readers are led: to all of its readers, to those behind a custom endpoint, or to one instance.
 */
export class ReaderTarget {
  /** The reader endpoint: all readers of the side. Of a side without one, where it is written to. */
  public static readers(): ReaderTarget {
    return new ReaderTarget('readers', '');
  }

  /**
   * A custom endpoint.
   *
   * @param name its name in `customEndpoints` of the database, or its identifier
   */
  public static endpoint(name: string): ReaderTarget {
    assertTold('ReaderTarget.endpoint', { name });
    return new ReaderTarget('endpoint', name);
  }

  /**
   * One instance: what goes wrong there meets a few readers, and no other instance.
   *
   * @param name of an AuroraReplicaCluster `Reader1`, `Reader2`, …; else its identifier or its name in `instanceEndpoints`.
   * With AuroraStrategy.managedBlueGreen that of blue's instance: what RDS makes of it is meant
   */
  public static instance(name: string): ReaderTarget {
    assertTold('ReaderTarget.instance', { name });
    return new ReaderTarget('instance', name);
  }

  private constructor(
    /** @internal */
    public readonly _kind: Kind,
    /** @internal */
    public readonly _name: string,
  ) {}

  /**
   * The larger, the more instances.
   *
   * @internal
   */
  public get _width(): number {
    return KINDS.indexOf(this._kind);
  }

  public toString(): string {
    if (this._kind === 'readers') return 'all readers';
    return `the ${this._kind === 'instance' ? 'instance' : 'custom endpoint'} ${this._name}`;
  }
}

/** One step of moving readers gradually. */
export interface ReaderWeightStep extends WeightStep {
  /**
   * Which of green's instances its share of the readers is led to. From step to step to as many or more: one instance,
   * then a custom endpoint, then all. The switch leads readers to `greenReaderTarget`.
   *
   * @default - `greenReaderTarget`
   */
  readonly greenTarget?: ReaderTarget;
}

/** What RDS knows the target by. */
export interface FoundTarget {
  readonly kind: Kind;
  /** Of an instance or a custom endpoint. */
  readonly identifier: string;
  readonly address: string;
}

/**
 * @param property where it was stated
 * @throws where the database has nothing of that name
 */
export function findTarget(property: string, target: ReaderTarget, database: IDatabase): FoundTarget {
  const { endpointAddress, readerEndpointAddress = endpointAddress } = database;
  if (target._kind === 'readers') return { kind: 'readers', identifier: '', address: readerEndpointAddress };
  const { known, list } = candidates(target, database);
  const found = known.find(({ name, identifier }) => [name, identifier].includes(target._name));
  if (found !== undefined) return { kind: target._kind, ...found };
  const names = known.map(({ name }) => name).join(', ');
  throw new ValidationError(
    `${property}: got ${target}, which ${database.node.path} does not have; accepted are ${names || 'none, for none are stated'}. State it in ${list} of that database, with its address, or name one of these.`,
  );
}

function candidates({ _kind }: ReaderTarget, { customEndpoints, instanceEndpoints }: IDatabase) {
  if (_kind === 'endpoint') {
    const known = customEndpoints.map(({ endpointIdentifier: identifier, endpointAddress: address, name }) => ({
      ...{ identifier, address, name: name ?? identifier },
    }));
    return { known, list: 'customEndpoints' };
  }
  const known = instanceEndpoints.map(({ instanceIdentifier: identifier, endpointAddress: address, name }) => ({
    ...{ identifier, address, name: name ?? identifier },
  }));
  return { known, list: 'instanceEndpoints' };
}
