import type {
  DescribeGlobalClustersMessage,
  DescribeIntegrationsMessage,
  DescribeIntegrationsResponse,
  GlobalCluster,
  GlobalClustersMessage,
  Integration,
} from '@aws-sdk/client-rds';
import { arnOf } from '../environment';
import { type Page, page } from '../page';
import type { Operation } from '../service';
import type { RdsContext } from './context';
import { need } from './need';
import { checkMembers, checkPageSize, invalidMarker } from './requests';

const PAGES = ['MaxRecords', 'Marker'];

/** What hangs on a database, by its ARN or its name: added by the rehearsal. */
export class Dependents {
  /** Zero-ETL integrations. */
  readonly integrations: Integration[] = [];
  readonly globalClusters: GlobalCluster[] = [];

  constructor(private readonly context: RdsContext) {}

  readonly operations = {
    describeIntegrations: {
      needs: () => [need(this.context.environment, 'DescribeIntegrations', 'integration')],
      run: (request) => {
        checkMembers('DescribeIntegrations', request, PAGES);
        const { items, next } = pageOf(this.integrations, request);
        return { Integrations: [...items], ...(next !== undefined && { Marker: next }) };
      },
    } satisfies Operation<DescribeIntegrationsMessage, DescribeIntegrationsResponse>,
    describeGlobalClusters: {
      // A global database is in no Region.
      needs: () => [
        {
          action: 'rds:DescribeGlobalClusters',
          resources: [arnOf({ ...this.context.environment, region: '' }, 'rds', 'global-cluster:*')],
        },
      ],
      run: (request) => {
        checkMembers('DescribeGlobalClusters', request, PAGES);
        const { items, next } = pageOf(this.globalClusters, request);
        return { GlobalClusters: [...items], ...(next !== undefined && { Marker: next }) };
      },
    } satisfies Operation<DescribeGlobalClustersMessage, GlobalClustersMessage>,
  };
}

const pageOf = <Item>(all: readonly Item[], request: { MaxRecords?: number; Marker?: string }): Page<Item> =>
  page(all, request.Marker, checkPageSize(request.MaxRecords), invalidMarker);
