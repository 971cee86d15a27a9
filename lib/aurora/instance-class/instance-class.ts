import { Size, Token } from 'aws-cdk-lib';
import { assertTold } from '../../cutover/validations/stated';
import { ValidationError } from '../../validation-error';
import type { DatabaseEngine } from '../engine/engine';
import { DatabaseInstanceCategory, DatabaseProcessor, INSTANCE_CLASS_FAMILIES } from './instance-class-families';
import { isCreatable, isOffered } from './instance-class-offers';
import { INSTANCE_CLASS_SIZES, type InstanceClassSize } from './instance-class-sizes';
import { smallestInstanceClass } from './instance-class-successor';

const MEBIBYTES_PER_GIBIBYTE = 1024;

/** Aurora Serverless v2, whose capacity is no property of the class. */
const SERVERLESS = 'db.serverless';

/**
 * What the successor of an instance class must be able to do.
 */
export interface DatabaseInstanceClassSuccessorOptions {
  /** The engine that is to run on it. */
  readonly engine: DatabaseEngine;

  /** @default DatabaseProcessor.GRAVITON */
  readonly processor?: DatabaseProcessor;
}

/**
 * A class of database instances, with what the choice of a successor depends on.
 *
 *     DatabaseInstanceClass.of('db.m3.large').successor({ engine: DatabaseEngine.mysql('8.0.39') }).name   // db.m7g.large
 */
export class DatabaseInstanceClass {
  /**
   * A class by its name. A token is taken as it is, and nothing is known of it; neither is anything of `db.serverless`.
   *
   * @param name such as `db.r7g.large`
   * @throws if RDS for MySQL or PostgreSQL, or Aurora, has no such class
   */
  public static of(name: string): DatabaseInstanceClass {
    assertTold('DatabaseInstanceClass.of', { name });
    const known = DatabaseInstanceClass._find(name);
    if (known === undefined) throw unknownClass(name);
    return known;
  }

  /**
   * The same, and undefined where the class is newer than what is known here.
   *
   * @internal
   */
  public static _find(name: string): DatabaseInstanceClass | undefined {
    if (Token.isUnresolved(name) || name === SERVERLESS) return new DatabaseInstanceClass(name);
    const size = INSTANCE_CLASS_SIZES.find((each) => `db.${each.name}` === name);
    return size === undefined ? undefined : new DatabaseInstanceClass(name, size);
  }

  /** `db.r7g.large`. */
  public readonly name: string;

  /** Of the whole instance. Undefined for a token, and for `db.serverless`. */
  public readonly memory?: Size;

  /** Undefined for a token, and for `db.serverless`. */
  public readonly vCpu?: number;

  /** `r7g`. Undefined for a token, and for `db.serverless`. */
  public readonly family?: string;

  /** 7 for `r7g`. Undefined for a token, and for `db.serverless`. */
  public readonly generation?: number;

  /** What the family is built for. Undefined for a token, and for `db.serverless`. */
  public readonly category?: DatabaseInstanceCategory;

  /** Undefined for a token, and for `db.serverless`. */
  public readonly processor?: DatabaseProcessor;

  /**
   * Whether RDS still creates instances of this class; t1, t2, m1, m2, m3, m4, r3 and r4 only live on. True for a token.
   */
  public readonly creatable: boolean;

  private readonly size?: InstanceClassSize;

  private constructor(name: string, size?: InstanceClassSize) {
    this.name = name;
    this.size = size;
    this.memory = size === undefined ? undefined : Size.mebibytes(Math.round(size.memoryGib * MEBIBYTES_PER_GIBIBYTE));
    this.vCpu = size?.vCpu;
    this.family = size?.family.name;
    this.generation = size?.family.generation;
    this.category = size?.family.category;
    this.processor = size?.family.processor;
    this.creatable = size === undefined || isCreatable(size.family.name);
  }

  /**
   * Whether new instances of this class can run the engine. True for a token. `db.serverless` is Aurora's alone.
   *
   * @param engine the engine
   */
  public supports(engine: DatabaseEngine): boolean {
    assertTold('DatabaseInstanceClass.supports', { engine });
    if (this.name === SERVERLESS) return engine.isAurora;
    return this.size === undefined || isOffered(this.size, engine._release);
  }

  /**
   * The class to move to: the smallest current one of the same character whose memory and vCPUs are not below this
   * one's. By memory, not by name: m3.medium has no medium after it. Aurora has no general purpose classes, so that
   * there m becomes r.
   *
   * @param options the engine, the processor
   * @throws if none is large enough, the engine runs on none, or the memory is not known
   */
  public successor(options: DatabaseInstanceClassSuccessorOptions): DatabaseInstanceClass {
    assertTold('DatabaseInstanceClass.successor', { options });
    if (this.size === undefined) {
      throw new ValidationError(
        `The memory of class ${this.name} is not known, so no successor can be chosen: state instanceClass.`,
      );
    }
    const { name } = smallestInstanceClass({
      category: this.size.family.category,
      processor: options.processor ?? DatabaseProcessor.GRAVITON,
      engine: options.engine._release,
      memoryGib: this.size.memoryGib,
      vCpu: this.size.vCpu,
    });
    return DatabaseInstanceClass.of(`db.${name}`);
  }

  /** Whether its CPU runs on credits: `t`. False for a token. */
  public get burstable(): boolean {
    return this.category === DatabaseInstanceCategory.BURSTABLE;
  }

  /** The name. */
  public toString(): string {
    return this.name;
  }
}

function unknownClass(name: string): ValidationError {
  const prefixed = INSTANCE_CLASS_SIZES.some((each) => each.name === name);
  const family = INSTANCE_CLASS_SIZES.filter((each) => each.family.name === name.replace(/^db\./, '').split('.')[0]);
  const accepted =
    family.length > 0
      ? family.map((each) => `db.${each.name}`)
      : [...INSTANCE_CLASS_FAMILIES.map((each) => `db.${each.name}.*`), SERVERLESS];
  return new ValidationError(
    `Got '${name}' as a class of database instances, and none of that name is known. Accepted: ${accepted.join(', ')}. ` +
      (prefixed
        ? `Write 'db.${name}'.`
        : 'Take DBInstanceClass from "aws rds describe-db-instances"; for a database on a class that is newer than this ' +
          'list, leave instanceClass out.'),
  );
}
