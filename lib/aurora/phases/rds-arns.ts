import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

export const LISTED = 'Whatever is asked for by another fact than its name is looked for among all there are.';

/** The ARN of something of RDS's in the stack's account and Region. */
export function rdsArn(scope: Construct, resource: string, resourceName: string): string {
  return Stack.of(scope).formatArn({
    service: 'rds',
    resource,
    resourceName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** All of a kind: `cluster`, `db`, `db-proxy`, … */
export function arnOfAny(scope: Construct, resource: string): string {
  return rdsArn(scope, resource, '*');
}
