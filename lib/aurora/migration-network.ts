import { type IConnectable, type ISecurityGroup, Port, SecurityGroup } from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';
import type { IDatabase } from './database';

export interface MigrationNetworkProps {
  readonly host: IConnectable;
  readonly blue: IDatabase;
  /** Undefined where RDS makes it, into blue's groups. */
  readonly green?: IDatabase;
}

/**
 * Who must reach whom while the migration is there: the host both sides, and each side the other, to replicate. The
 * rules belong to the migration and go with it; `connections` would put them into the databases' own stacks.
 */
export class MigrationNetwork extends Construct {
  constructor(scope: Construct, id: string, { host, blue, green }: MigrationNetworkProps) {
    super(scope, id);
    const blues = this.groupsOf('Blue', blue);
    const greens = green === undefined ? [] : this.groupsOf('Green', green);
    for (const group of blues) group.connections.allowFrom(host, Port.tcp(blue.endpointPort), 'Migration host');
    if (green === undefined) return;
    for (const group of greens) group.connections.allowFrom(host, Port.tcp(green.endpointPort), 'Migration host');
    for (const [index, first] of blues.entries()) {
      for (const [other, second] of greens.entries()) {
        const pair = `${index}With${other}`;
        this.admit(`Blue${pair}`, first, second, blue.endpointPort);
        this.admit(`Green${pair}`, second, first, green.endpointPort);
      }
    }
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
