import type { Redis } from 'ioredis';
import type { RedisContext } from '../../../../../agent/redis/context';
import { drain } from '../../../../../agent/redis/drain';
import { replicate } from '../../../../../agent/redis/replicate';
import { reverse } from '../../../../../agent/redis/reverse';
import { status } from '../../../../../agent/redis/status';
import { verify } from '../../../../../agent/redis/verify';
import type { Verbs } from '../../../../../contract/agent';
import type { Direction } from '../../../../../contract/common';
import type { EngineName } from '../../../../../rehearsal/engines/engine';
import type { Server } from '../../../../../rehearsal/engines/redis/server';
import type { ServerOptions } from '../../../../../rehearsal/engines/redis/server-configuration';
import { endpointOf, listener, type Stage } from '../../stage';

export const FORWARD: Direction = { from: 'blue', to: 'green' };
export const BACK: Direction = { from: 'green', to: 'blue' };

export interface PairOptions {
  readonly blue?: readonly [EngineName, string];
  readonly green?: readonly [EngineName, string];
  readonly blueOptions?: ServerOptions;
  readonly greenOptions?: ServerOptions;
  readonly consistency?: RedisContext['consistency'];
  /** Whom the agent signs in as, on both sides. @default - nobody: the default user */
  readonly login?: { readonly username: string; readonly password: string };
  /** The version that blue says it is of, for the agent; as long as the real one. */
  readonly blueSaysItIs?: string;
  /** The same of green. */
  readonly greenSaysItIs?: string;
}

/** Two servers, a user of each, and the agent between them in this process. */
export class ReplicatedPair {
  private constructor(
    readonly context: RedisContext,
    readonly blueServer: Server,
    readonly greenServer: Server,
    readonly blue: Redis,
    readonly green: Redis,
  ) {}

  static async start(stage: Stage, options: PairOptions = {}): Promise<ReplicatedPair> {
    const announcing = { notifyKeyspaceEvents: 'AKE' };
    const blueServer = await stage.server(...(options.blue ?? ['redis', '6.0']), options.blueOptions ?? announcing);
    const greenServer = await stage.server(...(options.green ?? ['valkey', '8.1']), options.greenOptions ?? announcing);
    const endpoint = async (server: Server, version: string | undefined) => {
      if (version === undefined) return endpointOf(server, options.login);
      const { host, port } = await stage.olderThanItIs(server, version);
      return endpointOf(server, { host, port });
    };
    const context = {
      ...(await stage.context(
        await endpoint(blueServer, options.blueSaysItIs),
        await endpoint(greenServer, options.greenSaysItIs),
      )),
      consistency: options.consistency ?? 'FENCED',
    };
    return new ReplicatedPair(
      context,
      blueServer,
      greenServer,
      await stage.user(blueServer),
      await stage.user(greenServer),
    );
  }

  /** The same two sides as an agent meets them that knows nothing: the host with the one before is gone. */
  async onNewHost(stage: Stage): Promise<ReplicatedPair> {
    await this.context.replications.stopAll();
    const { endpoints, consistency } = this.context;
    const context = { ...(await stage.context(endpoints.blue, endpoints.green)), consistency };
    return new ReplicatedPair(context, this.blueServer, this.greenServer, this.blue, this.green);
  }

  replicate(more: Partial<Verbs['redis.replicate']['args']> = {}): Promise<Verbs['redis.replicate']['result']> {
    return replicate(this.context, { ...FORWARD, targetIsOurs: false, overlap: false, ...more }, listener());
  }

  drain(direction = FORWARD): Promise<Verbs['redis.drain']['result']> {
    return this.drainWithin(20, direction);
  }

  drainWithin(timeoutSeconds: number, direction = FORWARD): Promise<Verbs['redis.drain']['result']> {
    return drain(this.context, { ...direction, timeoutSeconds }, listener());
  }

  verify(mode: 'full' | 'delta' = 'full', direction = FORWARD): Promise<Verbs['redis.verify']['result']> {
    return verify(this.context, { ...direction, mode }, listener());
  }

  reverse(direction = BACK, overlap = false): Promise<Verbs['redis.reverse']['result']> {
    return reverse(this.context, { ...direction, overlap }, listener());
  }

  async status(): Promise<Verbs['redis.status']['result']['replications']> {
    return (await status(this.context, {}, listener())).replications;
  }
}
