import type { Assembly } from '../../rehearsal/assembly';
import type { Clock } from '../../rehearsal/aws/clock';
import { Identifiers } from '../../rehearsal/aws/identifiers';
import { StateMachineRunners } from '../../rehearsal/aws/integration/scripted-state-machines';
import type { StateMachineRunner } from '../../rehearsal/aws/sfn/executions';
import type { CommandRunner } from '../../rehearsal/aws/ssm/command-invocations';
import { type CommandDocument, commandDocument } from '../../rehearsal/aws/ssm/document';
import type { ManagedInstance } from '../../rehearsal/aws/ssm/managed-instances';
import type { CheckAnswers } from '../../rehearsal/testbed/checks/check-answers';
import { CheckCommands } from '../../rehearsal/testbed/checks/check-commands';
import { instancesOfChecks, tagsOf } from '../../rehearsal/testbed/checks/check-hosts';
import { checkStateMachines } from '../../rehearsal/testbed/checks/check-state-machines';
import type { ListedCheck } from '../../rehearsal/testbed/checks/listed-checks';
import { HOSTS_OF_A_SERVICE } from '../../rehearsal/testbed/groups';
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
    const found = new Map(
      this.onHosts.flatMap(({ workload }) =>
        this.instancesOf(workload).map((each) => [each.instanceId, each] as const),
      ),
    );
    const hosts = [...found.values()];
    this.instances = [...hosts, ...instancesOfChecks(checks, hosts, new Identifiers('checks'))];
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

  /** All that tasks may start beside the migration's own. */
  get stateMachines(): StateMachineRunner {
    return new StateMachineRunners([this.externalSystems.stateMachines, this.checkMachines]);
  }

  stop(): Promise<void> {
    return this.externalSystems.stop();
  }

  private get onHosts() {
    return workloadsIn('hosts', this.workloads);
  }

  /** Each that is named, or two of its tags. */
  private instancesOf({ facts }: StoppedWorkload): readonly ManagedInstance[] {
    const named = namesOf(facts.ids);
    if (named.length > 0) return named.map((instanceId) => ({ instanceId, tags: {} }));
    const tags = tagsOf(facts.tags);
    const ids = new Identifiers(JSON.stringify(tags));
    return Array.from({ length: HOSTS_OF_A_SERVICE }, () => ({ instanceId: `i-0${ids.hex(16)}`, tags }));
  }
}
