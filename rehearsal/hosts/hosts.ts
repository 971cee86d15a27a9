import type { CommandRunner } from '../aws/ssm/command-invocations';
import type { ManagedInstance } from '../aws/ssm/managed-instances';
import { Host, type HostProps } from './host';

/** The managed instances of a rehearsal. */
export class Hosts {
  private constructor(readonly all: readonly Host[]) {}

  /** Resolves when the services of all of them run; none is left where one cannot be started. */
  static async start(props: readonly HostProps[]): Promise<Hosts> {
    const started = await Promise.allSettled(props.map((one) => Host.start(one)));
    const hosts = new Hosts(started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])));
    const failed = started.find((one) => one.status === 'rejected');
    if (failed !== undefined) {
      await hosts.stop();
      throw failed.reason;
    }
    return hosts;
  }

  get instances(): readonly ManagedInstance[] {
    return this.all.map(({ instance }) => instance);
  }

  /** The folder that a machine's files are in. @throws Error where there is no such machine */
  rootOf(instanceId: string): string {
    const host = this.all.find(({ instance }) => instance.instanceId === instanceId);
    if (host === undefined) throw new Error(`The rehearsal has no host ${instanceId}.`);
    return host.root;
  }

  /** Carries out a command on the machine it is for. */
  readonly run: CommandRunner = (order, signal) => {
    const { instanceId } = order.instance;
    const host = this.all.find(({ instance }) => instance.instanceId === instanceId);
    if (host === undefined) {
      return Promise.reject(new Error(`The rehearsal has no host ${instanceId}.`));
    }
    return host.run(order, signal);
  };

  /** What runs on each, by instance. */
  async states(): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>> {
    const all = this.all.map(async (host) => [host.instance.instanceId, await host.states()] as const);
    return Object.fromEntries(await Promise.all(all));
  }

  async stop(): Promise<void> {
    await Promise.all(this.all.map((host) => host.stop()));
  }
}
