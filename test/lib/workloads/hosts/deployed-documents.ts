import { App, Stack } from 'aws-cdk-lib';
import type { IWorkload } from '../../../../lib';
import { loadAssembly } from '../../../../rehearsal/assembly';
import type { CommandDocument } from '../../../../rehearsal/aws/ssm/document';
import { documentsOf } from '../../../../rehearsal/aws/ssm/documents';
import { temporaryFolder } from '../../../rehearsal/assembly/written-assembly';
import { ACCOUNT, REGION } from '../../migration-under-test';

/** The SSM documents that a deploy of the workloads would make. */
export function deployedDocuments(workloads: (stack: Stack) => readonly IWorkload[]): readonly CommandDocument[] {
  const app = new App({ outdir: temporaryFolder() });
  const stack = new Stack(app, 'Play', { env: { account: ACCOUNT, region: REGION } });
  for (const workload of workloads(stack)) workload._bind(stack);
  return documentsOf(loadAssembly(app.synth().directory));
}
