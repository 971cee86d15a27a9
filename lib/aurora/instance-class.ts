import { Token } from 'aws-cdk-lib';

/**
 * A class of database instances.
 *
 *     DatabaseInstanceClass.of('db.r6g.large')
 */
export class DatabaseInstanceClass {
  /**
   * A class by its name. A token is taken as it is, and nothing is known of it.
   *
   * @param name such as `db.r6g.large`
   * @throws if it does not begin with `db.`
   */
  public static of(name: string): DatabaseInstanceClass {
    if (!Token.isUnresolved(name) && !name.startsWith('db.')) {
      throw new Error(`Got '${name}' as a class of database instances. Accepted are names such as 'db.r6g.large'.`);
    }
    return new DatabaseInstanceClass(name);
  }

  /** `db.r6g.large`. */
  public readonly name: string;

  private constructor(name: string) {
    this.name = name;
  }

  /** The name. */
  public toString(): string {
    return this.name;
  }
}
