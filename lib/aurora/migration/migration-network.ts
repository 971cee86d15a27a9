import { RemovalPolicy } from 'aws-cdk-lib';
import { type IConnectable, type ISecurityGroup, type IVpc, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import { HOST_RULE } from '../../cutover/client-ingress/ingress-comparison';
import type { ConvertingReplica } from '../converting-replica/converting-replica';
import type { IDatabase } from '../database/database';
import { DatabaseEngineFamily } from '../engine/engine';

export interface MigrationNetworkProps {
  readonly vpc: IVpc;
  readonly host: IConnectable;
  readonly blue: IDatabase;
  /** Undefined where RDS makes it, into blue's groups. */
  readonly green?: IDatabase;
  /** Undefined where green follows blue itself. */
  readonly converting?: ConvertingReplica;
}

/**
 * Who must reach whom while the migration is there: the host both sides, and each side the other, to replicate. The
 * rules belong to the migration and go with it; `connections` would put them into the databases' own stacks.
 */
export class MigrationNetwork extends Construct {
  /**
   * Of sides that share their groups: the one that a side is put into which clients have left. Undefined where each has
   * groups of its own.
   */
  public readonly closedGroup?: ISecurityGroup;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: MigrationNetworkProps,
  ) {
    super(scope, id);
    const { host, blue, green } = props;
    const blues = this.groupsOf('Blue', blue);
    const greens = green === undefined ? [] : this.groupsOf('Green', green);
    for (const group of blues) group.connections.allowFrom(host, Port.tcp(blue.endpointPort), HOST_RULE);
    if (green === undefined) {
      if (props.converting === undefined) this.closedGroup = this.closed(blues);
      else this.admitConverting(props.converting, []);
      return;
    }
    for (const group of greens) group.connections.allowFrom(host, Port.tcp(green.endpointPort), HOST_RULE);
    for (const [index, first] of blues.entries()) {
      for (const [other, second] of greens.entries()) {
        const pair = `${index}With${other}`;
        this.admit(`Blue${pair}`, first, second, blue.endpointPort);
        this.admit(`Green${pair}`, second, first, green.endpointPort);
      }
    }
    if (props.converting !== undefined) this.admitConverting(props.converting, greens);
  }

  /** It replicates from its source, and green from it. Nobody else has business there. */
  private admitConverting(converting: ConvertingReplica, greens: readonly ISecurityGroup[]): void {
    const { host } = this.props;
    const groups = this.groupsOf('Converting', converting);
    const sources = this.groupsOf('Source', converting.source);
    for (const [index, group] of groups.entries()) {
      group.connections.allowFrom(host, Port.tcp(converting.endpointPort), HOST_RULE);
      for (const [other, source] of sources.entries()) {
        this.admit(`Source${other}From${index}`, source, group, converting.source.endpointPort);
      }
      for (const [other, green] of greens.entries()) {
        this.admit(`Converting${index}From${other}`, group, green, converting.endpointPort);
      }
    }
  }

  /** It may still be a cluster's when the migration is removed: EC2 would refuse to delete it. Its rules do go. */
  private closed(blues: readonly ISecurityGroup[]): ISecurityGroup {
    const { vpc, host, blue } = this.props;
    const port = Port.tcp(blue.endpointPort);
    const group = new SecurityGroup(this, 'Closed', {
      vpc,
      // Not to be reworded: another description replaces the group, and a database may be in it.
      description: this.isMysql
        ? 'The side that users have left: the migration host and the other side may connect'
        : 'The side that users have left: the migration host may connect',
    });
    group.applyRemovalPolicy(RemovalPolicy.RETAIN);
    group.connections.allowFrom(host, port, HOST_RULE);
    if (!this.isMysql) return group;
    group.connections.allowFrom(group, port, 'Replication');
    for (const each of blues) each.connections.allowFrom(group, port, 'Replication');
    return group;
  }

  private get isMysql(): boolean {
    return this.props.blue.engine.family === DatabaseEngineFamily.MYSQL;
  }

  private admit(id: string, group: ISecurityGroup, replica: ISecurityGroup, port: number): void {
    const peer = SecurityGroup.fromSecurityGroupId(this, id, replica.securityGroupId);
    group.connections.allowFrom(peer, Port.tcp(port), 'Replication');
  }

  private groupsOf(side: string, database: IDatabase): ISecurityGroup[] {
    return database.securityGroups.map((group, index) =>
      SecurityGroup.fromSecurityGroupId(this, `${side}Group${index}`, group.securityGroupId),
    );
  }
}
