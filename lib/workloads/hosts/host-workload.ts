import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import type { Construct } from 'constructs';
import type { IWorkload, WorkloadKind } from '../workload-kind';
import { workloadOfKind } from '../workload-of-kind';
import { type DocumentParameter, shellDocument } from './document';
import { type HostFacts, type HostWorkloadProps, placeOf } from './host-facts';

export interface HostWorkloadOptions {
  /** Where the props give none. */
  readonly name: string;
  /** As people call it, e.g. `unit mailer.service`. */
  readonly what: string;
  /** Construct id of the document, which workloads of the same id share. */
  readonly documentId: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, DocumentParameter & { readonly value: string }>>;
  /** Bash. */
  readonly script: string;
}

export function hostWorkload(
  kind: WorkloadKind<HostFacts>,
  props: HostWorkloadProps,
  options: HostWorkloadOptions,
): IWorkload {
  const { name, what, documentId, description, script } = options;
  const place = placeOf(props.name ?? name, props);
  const parameters = Object.entries(options.parameters);
  const documentIn = (scope: Construct): CfnDocument => {
    const made = scope.node.tryFindChild(documentId);
    if (made instanceof CfnDocument) return made;
    const declared = parameters.map(([key, { description: text, allowedPattern }]) => [
      key,
      { description: text, allowedPattern },
    ]);
    return shellDocument(scope, documentId, description, Object.fromEntries(declared), script);
  };
  return workloadOfKind(kind, name, props, (scope) => ({
    what,
    document: documentIn(scope).ref,
    parameters: Object.fromEntries(parameters.map(([key, { value }]) => [key, [value]])),
    ...place,
  }));
}
