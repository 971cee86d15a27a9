import { Token } from 'aws-cdk-lib';
import { assertStated } from '../../cutover/validations/stated';
import { ValidationError } from '../../validation-error';
import type { DatabaseAttributes } from './database-attributes';

/** What cannot be true of any database is refused where it was typed. */
export function assertAttributes(attrs: DatabaseAttributes): void {
  assertStated('DatabaseAttributes', attrs, {
    engine: 'engine and version, e.g. DatabaseEngine.auroraMysql(…)',
    endpointAddress: 'the host name',
  });
  assertHost('endpointAddress', attrs.endpointAddress);
  if (attrs.readerEndpointAddress !== undefined) assertHost('readerEndpointAddress', attrs.readerEndpointAddress);
  assertPort(attrs.port);
  assertOneIdentity(attrs);
  assertIdentityFits(attrs);
  if (attrs.tlsServerName !== undefined && attrs.tls === false) {
    throw new ValidationError(`Got tlsServerName '${attrs.tlsServerName}' with tls: false. Leave one of them out.`);
  }
}

function assertHost(property: string, address: string): void {
  if (Token.isUnresolved(address) || /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(address)) return;
  throw new ValidationError(
    `Got ${property} '${address}'. Accepted is a bare host name, such as ` +
      `'shop.cluster-abc123.eu-west-1.rds.amazonaws.com': without 'mysql://', and with the port in port.`,
  );
}

export function assertPort(port: number | undefined): void {
  if (port === undefined || Token.isUnresolved(port)) return;
  if (Number.isInteger(port) && port >= 1 && port <= 65535) return;
  throw new ValidationError(
    `Got port ${port}. Accepted are whole numbers from 1 to 65535; MySQL listens on 3306, PostgreSQL on 5432.`,
  );
}

function assertOneIdentity({ clusterIdentifier, instanceIdentifier }: DatabaseAttributes): void {
  if (clusterIdentifier === undefined && instanceIdentifier === undefined) {
    throw new ValidationError(
      'Got neither clusterIdentifier nor instanceIdentifier. Accepted is either: the DBClusterIdentifier of an Aurora ' +
        'cluster, or the DBInstanceIdentifier of an instance of RDS.',
    );
  }
  if (clusterIdentifier !== undefined && instanceIdentifier !== undefined) {
    throw new ValidationError(
      `Got both clusterIdentifier '${clusterIdentifier}' and instanceIdentifier '${instanceIdentifier}'. State ` +
        'clusterIdentifier alone, and the instances of the cluster as instanceIdentifiers.',
    );
  }
}

function assertIdentityFits({ engine, clusterIdentifier, instanceIdentifier, ...attrs }: DatabaseAttributes): void {
  if (engine.isAurora && clusterIdentifier === undefined) {
    throw new ValidationError(
      `Got instanceIdentifier '${instanceIdentifier}' for ${engine}. Aurora runs in clusters: state clusterIdentifier, ` +
        'and this one among instanceIdentifiers.',
    );
  }
  if (!engine.isAurora && clusterIdentifier !== undefined) {
    throw new ValidationError(
      `Got clusterIdentifier '${clusterIdentifier}' for ${engine}. Accepted for it is an instance of RDS: state ` +
        'instanceIdentifier. Multi-AZ DB clusters of RDS, which are not Aurora, are not supported.',
    );
  }
  if (!engine.isAurora && attrs.clusterParameterGroupName !== undefined) {
    throw new ValidationError(
      `Got clusterParameterGroupName for ${engine}, an instance of RDS. State its parameter group as parameterGroupName.`,
    );
  }
}
