import {
  assertHost,
  assertNoneOf,
  assertPort as assertPortOf,
  type OtherEndpoint,
} from '../../cutover/validations/endpoint';
import { assertStated } from '../../cutover/validations/stated';
import { ValidationError } from '../../validation-error';
import type { DatabaseAttributes } from './database-attributes';

/** What cannot be true of any database is refused where it was typed. */
export function assertAttributes(attrs: DatabaseAttributes): void {
  assertStated('DatabaseAttributes', attrs, {
    engine: 'engine and version, e.g. DatabaseEngine.auroraMysql(…)',
    endpointAddress: 'the host name',
  });
  assertHost('endpointAddress', attrs.endpointAddress, HOST);
  assertPort(attrs.port);
  assertOneIdentity(attrs);
  assertIdentityFits(attrs);
  assertEndpointOfWrites(attrs);
  assertEndpointOfReaders(attrs);
  if (attrs.tlsServerName !== undefined && attrs.tls === false) {
    throw new ValidationError(`Got tlsServerName '${attrs.tlsServerName}' with tls: false. Leave one of them out.`);
  }
}

const HOST = 'shop.cluster-abc123.eu-west-1.rds.amazonaws.com';

export function assertPort(port: number | undefined): void {
  assertPortOf(port, 'MySQL listens on 3306, PostgreSQL on 5432');
}

/**
 * A name of RDS says what it leads to.
 *
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.Overview.Endpoints.html
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-proxy-endpoints.html
 */
const ofRds = (label: string) => new RegExp(String.raw`\.${label}-[a-z0-9]+\.[^.]+\.rds\.amazonaws\.com(?:\.cn)?$`);

const PROXY: OtherEndpoint = {
  pattern: ofRds('proxy'),
  what: 'an RDS Proxy',
  instead:
    'State the endpoint of the database itself: the agent replicates from it. Clients of the proxy would stay on blue: have them resolve the record first.',
};

const OF_READERS: readonly OtherEndpoint[] = [
  {
    pattern: ofRds('cluster-ro'),
    what: 'a reader endpoint, where nobody can write',
    instead: "State the cluster's writer endpoint, and this one as readerEndpointAddress.",
  },
  {
    pattern: ofRds('cluster-custom'),
    what: 'a custom endpoint, which may lead to readers',
    instead: "State the cluster's writer endpoint, and this one among customEndpoints.",
  },
];

const OF_CLUSTER: OtherEndpoint = {
  pattern: ofRds('cluster'),
  what: 'the endpoint of a cluster',
  instead: "State the instance's own endpoint; or Aurora as the engine, and clusterIdentifier.",
};

/** An instance's name has no word before its account's, which is letters and digits. */
const OF_INSTANCE = /^[^.]+\.[a-z0-9]+\.[^.]+\.rds\.amazonaws\.com(?:\.cn)?$/;

/** The writer today: after a failover it is a reader, and RDS does not lead its name elsewhere. */
const OF_ONE: OtherEndpoint = {
  pattern: OF_INSTANCE,
  what: "one instance's endpoint, which nobody can write to once RDS fails over to another",
  instead: "State the cluster's writer endpoint (….cluster-….rds.amazonaws.com), and this one among instanceEndpoints.",
};

/** What readers of Aurora have a property of their own for. */
const NOT_OF_ALL_READERS: readonly OtherEndpoint[] = [
  {
    pattern: ofRds('cluster'),
    what: 'the endpoint of the writer',
    instead: "State the cluster's reader endpoint (….cluster-ro-….rds.amazonaws.com), or leave it out.",
  },
  {
    pattern: ofRds('cluster-custom'),
    what: 'a custom endpoint, behind which are not all readers',
    instead:
      "State the cluster's reader endpoint, and this one among customEndpoints: blueReaderTarget or greenReaderTarget leads readers to it.",
  },
  {
    pattern: OF_INSTANCE,
    what: "one instance's endpoint",
    instead:
      "State the cluster's reader endpoint, and this one among instanceEndpoints: blueReaderTarget or greenReaderTarget leads readers to it.",
  },
];

function assertEndpointOfWrites({ engine, endpointAddress }: DatabaseAttributes): void {
  const others = [PROXY, ...OF_READERS, engine.isAurora ? OF_ONE : OF_CLUSTER];
  assertNoneOf('endpointAddress', endpointAddress, others);
}

/** Readers of an instance of RDS read from a replica, which may be a cluster of Aurora. */
function assertEndpointOfReaders({ engine, readerEndpointAddress }: DatabaseAttributes): void {
  if (readerEndpointAddress === undefined) return;
  assertHost('readerEndpointAddress', readerEndpointAddress, HOST);
  if (engine.isAurora) assertNoneOf('readerEndpointAddress', readerEndpointAddress, NOT_OF_ALL_READERS);
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
