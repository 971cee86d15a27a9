import type { Assembly } from '../../rehearsal/assembly';
import type { Clock } from '../../rehearsal/aws/clock';
import type { StateMachineRunner } from '../../rehearsal/aws/sfn/executions';
import type { CommandRunner } from '../../rehearsal/aws/ssm/command-invocations';
import { type CommandDocument, commandDocument } from '../../rehearsal/aws/ssm/document';
import type { ManagedInstance } from '../../rehearsal/aws/ssm/managed-instances';
import type { CheckAnswers } from '../../rehearsal/testbed/checks/check-answers';
import { CheckCommands } from '../../rehearsal/testbed/checks/check-commands';
import { checkStateMachines } from '../../rehearsal/testbed/checks/check-state-machines';
import type { ListedCheck } from '../../rehearsal/testbed/checks/listed-checks';
import type { StoppedWorkload } from '../../rehearsal/testbed/migration';
import { ExternalSystems } from '../../rehearsal/testbed/workload-backends/external-systems';
import { OwnCommands } from '../../rehearsal/testbed/workload-backends/own-commands';
import { namesOf } from '../../rehearsal/workloads/facts';
import { observedStates, workloadsIn } from '../../rehearsal/workloads/kinds';

/**
 * What no service of AWS has, for whole nights in virtual time: real HTTP endpoints, and hosts on which a word stands
 * for what runs there. The documents' own scripts are run elsewhere, on real supervisors and units.
 */
export class VirtualBackends {
  readonly instances: readonly ManagedInstance[];
  readonly commands: OwnCommands;
  readonly checkMachines: StateMachineRunner;
  private readonly checkCommands: CheckCommands;

  private constructor(
    readonly documents: readonly CommandDocument[],
    private readonly workloads: readonly StoppedWorkload[],
    readonly externalSystems: ExternalSystems,
    clock: Clock,
    checks: readonly ListedCheck[],
    answers: CheckAnswers,
  ) {
    const looked = checks.flatMap(({ facts }) => namesOf(facts.ids));
    const found = this.onHosts.flatMap(({ workload }) => this.instancesOf(workload));
    this.instances = [...found, ...looked.map((instanceId) => ({ instanceId, tags: {} }))];
    this.commands = new OwnCommands(this.onHosts.map(({ workload }) => String(workload.facts.document)));
    this.checkCommands = new CheckCommands(checks, answers);
    this.checkMachines = checkStateMachines(checks, answers, clock);
  }

  static async start(
    assembly: Assembly,
    workloads: readonly StoppedWorkload[],
    clock: Clock,
    checks: readonly ListedCheck[],
    answers: CheckAnswers,
  ): Promise<VirtualBackends> {
    // What throws must do so before servers are started that nobody would stop.
    const documents = assembly
      .resources('AWS::SSM::Document')
      .filter((document) => document.property('DocumentType') === 'Command')
      .map((document) => commandDocument(String(document.physicalId), document.property('Content')));
    const externalSystems = await ExternalSystems.start(assembly, workloads, clock);
    return new VirtualBackends(documents, workloads, externalSystems, clock, checks, answers);
  }

  readonly run: CommandRunner = (order, signal) =>
    this.checkCommands.has(order.documentName) ? this.checkCommands.run(order, signal) : this.commands.run(order);

  observe(): Readonly<Record<string, string>> {
    const onHosts = observedStates(this.onHosts, ({ workload }) =>
      this.instancesOf(workload)
        .map(({ instanceId }) =>
          this.commands.isStopped(String(workload.facts.document), instanceId) ? 'stopped' : 'running',
        )
        .join(', '),
    );
    return { ...onHosts, ...this.externalSystems.observe() };
  }

  stop(): Promise<void> {
    return this.externalSystems.stop();
  }

  private get onHosts() {
    return workloadsIn('hosts', this.workloads);
  }

  private instancesOf({ facts }: StoppedWorkload): readonly ManagedInstance[] {
    return namesOf(facts.ids).map((instanceId) => ({ instanceId, tags: {} }));
  }
}
