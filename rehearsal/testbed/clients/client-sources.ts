import type { Assembly } from '../../assembly';
import { type Peer, sourceText } from '../../aws/ec2/rule-source';
import type { Rule } from '../../aws/ec2/security-group';
import type { SecurityGroups } from '../../aws/ec2/security-groups';
import type { Identifiers } from '../../aws/identifiers';
import type { Migration } from '../migration';
import { deployedRules, groupsOfAssembly } from './deployed-rules';
import { Peers } from './peers';

/** Hosts of clients that one rule of blue lets in. */
export interface ClientSource {
  /** As the rule names them, e.g. `sg-0123456789abcdef0` or `10.0.0.0/16`. */
  readonly name: string;
  /** Who they are to a security group. */
  readonly peer: Peer;
}

/** Whose clients there are, and what of it is not in the assembly and was made up. */
export interface Clients {
  readonly sources: readonly ClientSource[];
  readonly assumed: readonly string[];
}

export interface ClientsProps {
  readonly assembly: Assembly;
  readonly migration: Pick<Migration, 'sides'>;
  readonly securityGroups: SecurityGroups;
  readonly ids: Identifiers;
}

/** How the library describes the rules by which sides, and migration hosts, reach each other. */
const OF_MIGRATIONS: readonly (string | undefined)[] = ['Replication', 'Migration host'];

/** Where neither side has security groups. */
const ANYBODY: ClientSource = { name: 'anybody', peer: { groupIds: [] } };

/** Each is processes of its own: more would take longer to start than a migration takes. */
const MAX_SOURCES = 4;

/**
 * Deploys the security groups of both sides with the rules of the assembly, and gives who blue lets in: they are the
 * clients, and get into green if green lets them in too. Of a blue whose rules are elsewhere that is made up, and said.
 */
export function deployClients(props: ClientsProps): Clients {
  const { assembly, migration, securityGroups } = props;
  const { blue, green } = migration.sides;
  for (const id of new Set([...groupsOfAssembly(assembly), ...blue.securityGroupIds, ...green.securityGroupIds])) {
    securityGroups.add({ id, name: id, vpcId: 'vpc-0123456789abcdef0' }, deployedRules(assembly, id));
  }
  const madeUp = makeUpRulesOfBlue(props);
  const admitting = rulesOfClients(props, green.securityGroupIds);
  const peers = new Peers(assembly, blue.securityGroupIds, admitting);
  const rules = blue.securityGroupIds.length === 0 ? admitting : rulesOfClients(props, blue.securityGroupIds);
  const sources = new Map(rules.map(({ source }) => [sourceText(source), source]));
  const all = [...sources].map(([name, source]) => ({ name, peer: peers.of(source) }));
  const without = all.slice(MAX_SOURCES).map(({ name }) => name);
  return {
    sources: all.length === 0 ? [ANYBODY] : all.slice(0, MAX_SOURCES),
    assumed: [
      ...madeUp,
      ...peers.assumed,
      ...(without.length === 0
        ? []
        : [`Blue lets ${all.length} sources of clients in. The rehearsal has no clients of ${without.join(', ')}.`]),
    ],
  };
}

/** Of a blue that the assembly knows not all rules of, or none for its port. Gives what is assumed. */
function makeUpRulesOfBlue(props: ClientsProps): string[] {
  const { assembly, migration, securityGroups, ids } = props;
  const { blue, green } = migration.sides;
  const [first] = blue.securityGroupIds;
  if (first === undefined) {
    return [
      'The app states no security groups of blue. The rehearsal takes the sources that green lets in as its clients.',
    ];
  }
  const made = assembly.resources('AWS::EC2::SecurityGroup').map(({ physicalId }) => physicalId);
  const known = rulesOfClients(props, blue.securityGroupIds);
  if (known.length > 0 && blue.securityGroupIds.every((id) => made.includes(id))) return [];
  const shared = blue.securityGroupIds.some((id) => green.securityGroupIds.includes(id));
  const admitting = shared ? [] : rulesOfClients(props, green.securityGroupIds);
  const names = known.map(({ source }) => sourceText(source));
  const besides = admitting.filter(({ source }) => !names.includes(sourceText(source)));
  securityGroups.insert(
    first,
    besides.map(({ id, ...rule }) => rule),
  );
  const unknown = `The app does not hold every rule of blue's security groups (${blue.securityGroupIds.join(', ')}).`;
  if (known.length + besides.length > 0) {
    return [
      `${unknown} The rehearsal takes the sources that green lets in as blue's clients${names.length > 0 ? ' too' : ''}.`,
    ];
  }
  const groupId = ids.ec2('sg');
  securityGroups.add(
    { id: groupId, name: 'clients', vpcId: 'vpc-0123456789abcdef0' },
    deployedRules(assembly, groupId),
  );
  securityGroups.insert(first, [
    {
      ...{ isEgress: false, protocol: 'tcp', fromPort: blue.port, toPort: blue.port, description: 'Applications' },
      source: { kind: 'group', groupId },
    },
  ]);
  return [`${unknown} The rehearsal puts blue's clients into a made-up group, ${groupId}.`];
}

/** Ingress rules for the side's port but those of the migration host and of the sides themselves. */
function rulesOfClients(
  { migration: { sides }, securityGroups }: ClientsProps,
  groupIds: readonly string[],
): readonly Rule[] {
  const { port } = sides.blue;
  const ofSides = [...sides.blue.securityGroupIds, ...sides.green.securityGroupIds];
  return groupIds.flatMap((id) =>
    securityGroups.ingress(id).filter(({ protocol, fromPort, toPort, source, description }) => {
      const isOfPort = protocol === '-1' || (protocol === 'tcp' && fromPort <= port && port <= toPort);
      if (!isOfPort || OF_MIGRATIONS.includes(description)) return false;
      return source.kind !== 'group' || source.groupId === id || !ofSides.includes(source.groupId);
    }),
  );
}

/** Nothing says by which source the hosts of a workload come: each takes the next one. */
export function inTurn(sources: readonly ClientSource[], index: number): ClientSource {
  return sources[index % sources.length] ?? ANYBODY;
}
