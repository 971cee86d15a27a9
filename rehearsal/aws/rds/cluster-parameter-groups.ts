import type {
  DBClusterParameterGroupDetails,
  DBClusterParameterGroupsMessage,
  DescribeDBClusterParameterGroupsMessage,
  DescribeDBClusterParametersMessage,
  Parameter,
} from '@aws-sdk/client-rds';
import { AwsError } from '../aws-error';
import { type AwsEnvironment, arnOf } from '../environment';
import { page } from '../page';
import type { Operation } from '../service';
import { need } from './need';
import { checkPageSize, invalidMarker, passes } from './requests';

interface ParameterGroup {
  readonly name: string;
  readonly family: string;
  readonly values: ReadonlyMap<string, string>;
}

interface KnownParameter {
  readonly fallback: string | undefined;
  readonly allowed: string;
  readonly applyType: 'static' | 'dynamic';
}

const MYSQL: Readonly<Record<string, KnownParameter>> = {
  binlog_format: { fallback: 'OFF', allowed: 'ROW,STATEMENT,MIXED,OFF', applyType: 'static' },
  binlog_row_image: { fallback: 'FULL', allowed: 'FULL,MINIMAL,NOBLOB', applyType: 'dynamic' },
  character_set_server: { fallback: undefined, allowed: 'latin1,utf8,utf8mb4', applyType: 'dynamic' },
  'enforce-gtid-consistency': { fallback: 'OFF', allowed: 'OFF,ON,WARN', applyType: 'static' },
  'gtid-mode': { fallback: 'OFF_PERMISSIVE', allowed: 'OFF,OFF_PERMISSIVE,ON_PERMISSIVE,ON', applyType: 'static' },
  event_scheduler: { fallback: 'OFF', allowed: 'ON,OFF', applyType: 'dynamic' },
  lower_case_table_names: { fallback: '0', allowed: '0,1', applyType: 'static' },
  read_only: { fallback: '{TrueIfClusterReplica}', allowed: '0,1,{TrueIfClusterReplica}', applyType: 'dynamic' },
  time_zone: { fallback: 'UTC', allowed: 'UTC,Asia/Tokyo,Europe/London', applyType: 'dynamic' },
};

const POSTGRESQL: Readonly<Record<string, KnownParameter>> = {
  max_logical_replication_workers: { fallback: undefined, allowed: '0-262143', applyType: 'static' },
  max_replication_slots: { fallback: '20', allowed: '5-10000', applyType: 'static' },
  max_worker_processes: { fallback: undefined, allowed: '0-262143', applyType: 'static' },
  'rds.logical_replication': { fallback: '0', allowed: '0,1', applyType: 'static' },
  timezone: { fallback: 'UTC', allowed: 'UTC,Asia/Tokyo,Europe/London', applyType: 'dynamic' },
};

/** DB cluster parameter groups: custom ones, and a default one for every family. */
export class ClusterParameterGroups {
  private readonly custom = new Map<string, ParameterGroup>();

  constructor(private readonly environment: AwsEnvironment) {}

  add(name: string, family: string, values: Readonly<Record<string, string>> = {}): void {
    this.custom.set(name.toLowerCase(), { name: name.toLowerCase(), family, values: new Map(Object.entries(values)) });
  }

  /** @throws AwsError DBClusterParameterGroupNotFoundFault */
  familyOf(name: string): string {
    return this.find(name).family;
  }

  /** As the group's engines have it. @throws AwsError DBClusterParameterGroupNotFoundFault */
  valueOf(name: string, parameter: string): string | undefined {
    const group = this.find(name);
    return group.values.get(parameter) ?? parametersOf(group.family)[parameter]?.fallback;
  }

  readonly operations = {
    describeDBClusterParameterGroups: {
      needs: ({ DBClusterParameterGroupName: name }) => [
        need(this.environment, 'DescribeDBClusterParameterGroups', 'cluster-pg', name),
      ],
      run: (request) => this.describeGroups(request),
    } satisfies Operation<DescribeDBClusterParameterGroupsMessage, DBClusterParameterGroupsMessage>,
    describeDBClusterParameters: {
      needs: ({ DBClusterParameterGroupName: name }) => [
        need(this.environment, 'DescribeDBClusterParameters', 'cluster-pg', name),
      ],
      run: (request) => this.describeParameters(request),
    } satisfies Operation<DescribeDBClusterParametersMessage, DBClusterParameterGroupDetails>,
  };

  private describeGroups(request: DescribeDBClusterParameterGroupsMessage): DBClusterParameterGroupsMessage {
    const { DBClusterParameterGroupName: name, Marker: marker } = request;
    const chosen = name === undefined ? [...this.custom.values()] : [this.shown(name)];
    const { items, next } = page(chosen, marker, checkPageSize(request.MaxRecords), invalidMarker);
    return {
      DBClusterParameterGroups: items.map((group) => ({
        DBClusterParameterGroupName: group.name,
        DBParameterGroupFamily: group.family,
        Description: group.name,
        DBClusterParameterGroupArn: arnOf(this.environment, 'rds', `cluster-pg:${group.name}`),
      })),
      ...(next !== undefined && { Marker: next }),
    };
  }

  private describeParameters(request: DescribeDBClusterParametersMessage): DBClusterParameterGroupDetails {
    const group = this.shown(request.DBClusterParameterGroupName ?? '');
    const known = parametersOf(group.family);
    const all = [...new Set([...Object.keys(known), ...group.values.keys()])]
      .sort()
      .map((name) => describe(name, known[name], group.values.get(name)))
      .filter(({ Source, ParameterName = '' }) => {
        const isMeant = passes(request.Filters, { 'parameter-name': [ParameterName] });
        return isMeant && (request.Source === undefined || Source === request.Source);
      });
    const { items, next } = page(all, request.Marker, checkPageSize(request.MaxRecords), invalidMarker);
    return { Parameters: [...items], ...(next !== undefined && { Marker: next }) };
  }

  /** Where groups are described, a missing one is called a missing DB parameter group. */
  private shown(name: string): ParameterGroup {
    return this.find(name, 'DBParameterGroupNotFoundFault');
  }

  private find(name: string, otherwise = 'DBClusterParameterGroupNotFoundFault'): ParameterGroup {
    const group = this.custom.get(name.toLowerCase());
    if (group) return group;
    if (name.startsWith('default.')) {
      return { name, family: name.slice('default.'.length), values: new Map() };
    }
    throw new AwsError(otherwise, `DBClusterParameterGroup not found: ${name}`);
  }
}

const parametersOf = (family: string) => (family.includes('mysql') ? MYSQL : POSTGRESQL);

function describe(name: string, known: KnownParameter | undefined, own: string | undefined): Parameter {
  const value = own ?? known?.fallback;
  return {
    ParameterName: name,
    ...(value !== undefined && { ParameterValue: value }),
    Source: own !== undefined ? 'user' : 'engine-default',
    ApplyType: known?.applyType ?? 'dynamic',
    DataType: 'string',
    ...(known && { AllowedValues: known.allowed }),
    IsModifiable: true,
    ApplyMethod: known?.applyType === 'static' ? 'pending-reboot' : 'immediate',
  };
}
