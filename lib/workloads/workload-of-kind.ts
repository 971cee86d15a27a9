import type { Construct } from 'constructs';
import { resourcesOf } from '../cutover/validations/elsewhere';
import type { IWorkload, WorkloadKind, WorkloadProps } from './workload-kind';

/**
 * A workload of a kind, as its factory knows it.
 *
 * @param name where the props give none
 * @param facts or how they are had in the scope of the migration
 */
export function workloadOfKind<Facts extends object>(
  kind: WorkloadKind<Facts>,
  name: string,
  props: WorkloadProps,
  facts: Facts | ((scope: Construct) => Facts),
): IWorkload {
  return {
    workloadId: props.name ?? name,
    ...(props.owner !== undefined && { owner: props.owner }),
    ...(props.note !== undefined && { note: props.note }),
    ...(props.after !== undefined && { after: props.after }),
    _kind: kind,
    _resources: resourcesOf(props),
    _bind: (scope) => (typeof facts === 'function' ? facts(scope) : facts),
  };
}
