import { type AwsEnvironment, arnOf } from '../environment';
import type { Need } from '../service';

/** @param kind - `cluster`, `db`, `cluster-snapshot`, `deployment`, … */
export function need(environment: AwsEnvironment, action: string, kind: string, name = '*'): Need {
  return { action: `rds:${action}`, resources: [arnOf(environment, 'rds', `${kind}:${nameOf(name)}`)] };
}

/** A name may be given as an ARN. */
function nameOf(name: string): string {
  return name.startsWith('arn:') ? (name.split(':').at(-1) ?? '*') : name;
}
