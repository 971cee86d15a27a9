import { App, Stack } from 'aws-cdk-lib';
import { DefinitionBody, type IChainable, QueryLanguage, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { loadAssembly } from '../../../../rehearsal/assembly';
import type { ControlPlane } from '../../../../rehearsal/aws/control-plane';
import { connectionsOf, type SecretValue } from '../../../../rehearsal/aws/integration/http/connection';
import { awsTaskHandler } from '../../../../rehearsal/aws/integration/task-handler';
import { assumeRole } from '../../../../rehearsal/aws/policy';
import type { Sfn } from '../../../../rehearsal/aws/sfn/sfn';
import {
  type Clock,
  type ExecutionResult,
  type Json,
  parseDefinition,
  type StateVisit,
  startExecution,
  VirtualClock,
} from '../../../../rehearsal/states-language';
import { temporaryFolder } from '../../../rehearsal/assembly/written-assembly';
import { ACCOUNT, REGION } from '../../migration-under-test';
import { taskHandler } from '../../task-handler';

export interface PlayOptions {
  readonly entered?: (visit: StateVisit) => void;
  /** That of the services too, where they tell the time. */
  readonly clock?: Clock;
  /** For HTTP tasks and executions within the execution. @default - SDK calls alone */
  readonly integrations?: {
    readonly sfn: Sfn;
    readonly secretValue: SecretValue;
    readonly endpointOf: (host: string) => string | undefined;
  };
}

/**
 * Renders a chain, and runs it as Step Functions would: on the services of a control plane, and with the very
 * permissions that its states have asked for.
 */
export async function play(
  plane: ControlPlane,
  chain: (stack: Stack) => IChainable,
  input: Json = {},
  { entered = () => {}, clock = new VirtualClock(), integrations }: PlayOptions = {},
): Promise<ExecutionResult> {
  const app = new App({ outdir: temporaryFolder() });
  const stack = new Stack(app, 'Play', { env: { account: ACCOUNT, region: REGION } });
  new StateMachine(stack, 'Machine', {
    stateMachineName: 'night',
    definitionBody: DefinitionBody.fromChainable(chain(stack)),
    queryLanguage: QueryLanguage.JSONATA,
  });
  const assembly = loadAssembly(app.synth().directory);
  const [machine] = assembly.stateMachines();
  const principal = assumeRole(assembly.role(machine?.roleArn ?? ''), 'play', {
    service: 'states.amazonaws.com',
    sourceArn: machine?.arn ?? '',
  });
  const handler =
    integrations === undefined
      ? taskHandler({ plane, principal })
      : awsTaskHandler({
          plane,
          sfn: integrations.sfn,
          assumeRole: () => principal,
          http: {
            connections: connectionsOf(assembly, integrations.secretValue),
            endpointOf: integrations.endpointOf,
          },
        });
  return startExecution(parseDefinition(machine?.definition), {
    clock,
    input,
    listener: { stateEntered: entered },
    ...(machine !== undefined && { stateMachineArn: machine.arn }),
    taskHandler: handler,
  }).result;
}
