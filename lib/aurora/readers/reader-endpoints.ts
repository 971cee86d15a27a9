/**
 * A custom endpoint of an Aurora cluster: a part of its instances under a name of their own.
 */
export interface CustomEndpoint {
  /** `DBClusterEndpointIdentifier`: what RDS knows it by. */
  readonly endpointIdentifier: string;

  /** The host name that RDS gave it, e.g. `reports.cluster-custom-abc123.eu-west-1.rds.amazonaws.com`. */
  readonly endpointAddress: string;

  /**
   * What `ReaderTarget.endpoint` calls it by.
   *
   * @default - `endpointIdentifier`
   */
  readonly name?: string;
}

/**
 * One instance of an Aurora cluster, as clients reach it by itself.
 */
export interface InstanceEndpoint {
  /** `DBInstanceIdentifier`. */
  readonly instanceIdentifier: string;

  /** The instance's own host name, e.g. `shop-2.abc123.eu-west-1.rds.amazonaws.com`. */
  readonly endpointAddress: string;

  /**
   * What `ReaderTarget.instance` calls it by.
   *
   * @default - `instanceIdentifier`
   */
  readonly name?: string;
}

/** Which instances may be behind a custom endpoint. */
export enum CustomEndpointType {
  /** Readers only. */
  READER = 'READER',

  /** Readers and the writer. */
  ANY = 'ANY',
}

/**
 * A custom endpoint that is made with a cluster. State either list, or none for every instance that the type allows,
 * those of later too. Each change of it takes the name away for a moment: deploy none while a migration is under way.
 */
export interface CustomEndpointOptions {
  /**
   * What `ReaderTarget.endpoint` calls it by, unique in the cluster: 1 to 40 letters, digits and single hyphens. RDS
   * knows it by an identifier that is made of the stack's name, the construct's path and this.
   *
   * CloudFormation can neither give the cluster another endpoint of this name, nor take away both lists in place. What
   * replaces the cluster, and a change from a list to none, needs another name.
   */
  readonly name: string;

  /**
   * Which instances may be behind it.
   *
   * @default CustomEndpointType.READER
   */
  readonly endpointType?: CustomEndpointType;

  /**
   * The instances behind it, and no others: `Writer`, `Reader1`, `Reader2`, … as the cluster makes them. Not together
   * with `excludedMembers`.
   *
   * @default - every instance that the type allows, but for `excludedMembers`
   */
  readonly staticMembers?: string[];

  /**
   * The instances that are not behind it, although the type allows them. Not together with `staticMembers`.
   *
   * @default - none
   */
  readonly excludedMembers?: string[];
}
