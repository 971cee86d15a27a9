/** A machine with the SSM agent. */
export interface ManagedInstance {
  /** e.g. `i-0123456789abcdef0`. */
  readonly instanceId: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly platformName?: string;
  readonly agentVersion?: string;
}

/** Where a machine's is not given: the first that gives scripts their parameters as environment variables. */
export const AGENT_VERSION = '3.3.2746.0';

/** The machines that Systems Manager knows, and whether they answer. */
export class ManagedInstances {
  private readonly known = new Map<string, ManagedInstance>();
  private readonly lost = new Set<string>();
  private readonly listeners: ((instanceId: string) => void)[] = [];

  register(instance: ManagedInstance): void {
    this.known.set(instance.instanceId, instance);
  }

  /** It is terminated, or no longer managed: what waits for it can never be delivered. */
  deregister(instanceId: string): void {
    this.known.delete(instanceId);
  }

  /** Its agent answers no more (`ConnectionLost`), or does again. */
  setOnline(instanceId: string, online: boolean): void {
    if (online) {
      this.lost.delete(instanceId);
      for (const listener of this.listeners) {
        listener(instanceId);
      }
    } else {
      this.lost.add(instanceId);
    }
  }

  /** Told of every machine that answers again. */
  onOnline(listener: (instanceId: string) => void): void {
    this.listeners.push(listener);
  }

  get(instanceId: string): ManagedInstance | undefined {
    return this.known.get(instanceId);
  }

  isOnline(instanceId: string): boolean {
    return this.known.has(instanceId) && !this.lost.has(instanceId);
  }

  all(): readonly ManagedInstance[] {
    return [...this.known.values()];
  }
}
