import type {
  DBEngineVersion,
  DBEngineVersionMessage,
  DescribeDBEngineVersionsMessage,
  DescribeOrderableDBInstanceOptionsMessage,
  OrderableDBInstanceOptionsMessage,
} from '@aws-sdk/client-rds';
import { AwsError } from '../aws-error';
import { page } from '../page';
import type { Operation } from '../service';
import type { RdsContext } from './context';
import type { RdsEngine } from './database';
import { familyOf, instanceClassesOf, isRdsEngine, majorVersionOf } from './engine-versions';
import { checkMembers, checkPageSize, invalidMarker } from './requests';

const ENGINES: readonly RdsEngine[] = ['aurora-mysql', 'aurora-postgresql', 'mysql', 'postgres'];
const VERSION_MEMBERS = ['Engine', 'EngineVersion', 'DBParameterGroupFamily', 'DefaultOnly', 'MaxRecords', 'Marker'];
const OPTION_MEMBERS = ['Engine', 'EngineVersion', 'DBInstanceClass', 'Vpc', 'MaxRecords', 'Marker'];

/** What RDS offers: a few versions of each engine, and the classes they run on. Its own list is far longer. */
export class EngineOperations {
  constructor(private readonly context: RdsContext) {}

  readonly operations = {
    describeDBEngineVersions: {
      needs: () => [{ action: 'rds:DescribeDBEngineVersions', resources: ['*'] }],
      run: (request) => this.versions(request),
    } satisfies Operation<DescribeDBEngineVersionsMessage, DBEngineVersionMessage>,
    describeOrderableDBInstanceOptions: {
      needs: () => [{ action: 'rds:DescribeOrderableDBInstanceOptions', resources: ['*'] }],
      run: (request) => this.options(request),
    } satisfies Operation<DescribeOrderableDBInstanceOptionsMessage, OrderableDBInstanceOptionsMessage>,
  };

  private versions(request: DescribeDBEngineVersionsMessage): DBEngineVersionMessage {
    checkMembers('DescribeDBEngineVersions', request, VERSION_MEMBERS);
    const engines = request.Engine === undefined ? ENGINES : ENGINES.filter((engine) => engine === request.Engine);
    const all = engines
      .flatMap((engine) => this.context.versionsOf(engine).map((version) => this.describe(engine, version)))
      .filter(
        ({ EngineVersion: version = '', MajorEngineVersion: major, DBParameterGroupFamily: family }) =>
          (request.EngineVersion === undefined || [version, major].includes(request.EngineVersion)) &&
          (request.DBParameterGroupFamily === undefined || family === request.DBParameterGroupFamily),
      );
    const chosen = request.DefaultOnly === true ? all.slice(-1) : all;
    const { items, next } = page(chosen, request.Marker, checkPageSize(request.MaxRecords), invalidMarker);
    return { DBEngineVersions: [...items], ...(next !== undefined && { Marker: next }) };
  }

  private options(request: DescribeOrderableDBInstanceOptionsMessage): OrderableDBInstanceOptionsMessage {
    checkMembers('DescribeOrderableDBInstanceOptions', request, OPTION_MEMBERS);
    const { Engine: engine = '', EngineVersion: version, DBInstanceClass: instanceClass } = request;
    if (!isRdsEngine(engine)) {
      throw new AwsError('InvalidParameterValue', `Unrecognized engine name: ${engine}`);
    }
    const all = this.context
      .versionsOf(engine)
      .filter((offered) => version === undefined || offered === version)
      .flatMap((offered) => instanceClassesOf(engine, offered).map((name) => ({ offered, name })))
      .filter(({ name }) => instanceClass === undefined || name === instanceClass);
    const { items, next } = page(all, request.Marker, checkPageSize(request.MaxRecords), invalidMarker);
    return {
      OrderableDBInstanceOptions: items.map(({ offered, name }) => ({
        Engine: engine,
        EngineVersion: offered,
        DBInstanceClass: name,
        Vpc: true,
      })),
      ...(next !== undefined && { Marker: next }),
    };
  }

  private describe(engine: RdsEngine, version: string): DBEngineVersion {
    const later = this.context.versionsOf(engine).slice(this.context.versionsOf(engine).indexOf(version) + 1);
    const major = majorVersionOf(engine, version);
    return {
      Engine: engine,
      EngineVersion: version,
      MajorEngineVersion: major,
      DBParameterGroupFamily: familyOf(engine, version),
      Status: 'available',
      ValidUpgradeTarget: later.map((target) => ({
        Engine: engine,
        EngineVersion: target,
        AutoUpgrade: false,
        IsMajorVersionUpgrade: majorVersionOf(engine, target) !== major,
      })),
    };
  }
}
