import type { RedisContext } from '../../../../../agent/redis/context';
import { drain } from '../../../../../agent/redis/drain';
import type { ResolvedEndpoint } from '../../../../../agent/redis/endpoint';
import { handover } from '../../../../../agent/redis/handover';
import { interpose } from '../../../../../agent/redis/interpose';
import type { RelayCertificate } from '../../../../../agent/redis/relay/certificate';
import { Relay, type RelayOptions } from '../../../../../agent/redis/relay/relay';
import { resumeRelay } from '../../../../../agent/redis/relay/switch/interposing';
import { RelayRegistry } from '../../../../../agent/redis/relay/switch/running-relay';
import { relayStatus } from '../../../../../agent/redis/relay-status';
import { replicate, resumeReplication } from '../../../../../agent/redis/replicate';
import { ReplicationRegistry } from '../../../../../agent/redis/replication/registry';
import { reverse } from '../../../../../agent/redis/reverse';
import { status } from '../../../../../agent/redis/status';
import { stop } from '../../../../../agent/redis/stop';
import { verify } from '../../../../../agent/redis/verify';
import { takeUpDigestKey } from '../../../../../agent/shown-digest';
import type { Report } from '../../../../../agent/verb';
import type { AgentRequest, Verbs } from '../../../../../contract/agent';

/** What the process is told first. */
export interface AgentSetup {
  readonly blue: ResolvedEndpoint;
  readonly green: ResolvedEndpoint;
  readonly stateDirectory: string;
  readonly consistency: RedisContext['consistency'];
  /** The migration's. @default - the agent goes by its own notes */
  readonly journal?: string;
  /** Ends the process, as a crash would, before or after what the relay is asked. */
  readonly diesAt?: DiesAt;
  /** Clients of the relay come by TLS. */
  readonly relayCertificate?: RelayCertificate;
}

export type DiesAt = `${'before' | 'after'} ${'hold' | 'prepare' | 'release'}`;

/** A relay in a process that ends at one of its steps. */
async function openMortal(options: RelayOptions, diesAt: DiesAt | undefined): Promise<Relay> {
  const relay = await Relay.open(options);
  const [when, step] = diesAt?.split(' ') ?? [];
  const die = () => process.kill(process.pid, 'SIGKILL');
  if (step === 'hold' || step === 'prepare' || step === 'release') {
    const original = relay[step].bind(relay) as (...args: unknown[]) => Promise<never>;
    relay[step] = async (...args: unknown[]) => {
      if (when === 'before') die();
      const result = await original(...args);
      if (when === 'after') die();
      return result;
    };
  }
  return relay;
}

type Run = (context: RedisContext, args: never, report: Report) => Promise<Verbs[keyof Verbs]['result']>;
const VERBS: Readonly<Record<string, Run>> = {
  'redis.replicate': replicate,
  'redis.status': status,
  'redis.drain': drain,
  'redis.verify': verify,
  'redis.reverse': reverse,
  'redis.stop': stop,
  'redis.interpose': interpose,
  'redis.relay': relayStatus,
  'redis.handover': handover,
};

const report: Report = { progress: () => undefined, signal: new AbortController().signal };
let context: RedisContext | undefined;
let peakRss = 0;
setInterval(() => {
  peakRss = Math.max(peakRss, process.memoryUsage.rss());
}, 20);

process.on('message', (message: { id: number; setup?: AgentSetup; request?: AgentRequest; usage?: true }) => {
  answer(message)
    .then((result) => process.send?.({ id: message.id, result }))
    .catch((error: Error) => process.send?.({ id: message.id, error: `${error.name}: ${error.message}` }));
});

async function answer({ setup, request, usage }: { setup?: AgentSetup; request?: AgentRequest; usage?: true }) {
  const rssBytes = process.memoryUsage.rss();
  if (usage) return { rssBytes, peakRssBytes: Math.max(peakRss, rssBytes), cpu: process.cpuUsage() };
  if (setup !== undefined) {
    const { relayCertificate } = setup;
    await takeUpDigestKey(setup.stateDirectory);
    context = {
      migrationName: 'test',
      consistency: setup.consistency,
      recordName: 'cache.internal.example',
      endpoints: { blue: setup.blue, green: setup.green },
      replications: new ReplicationRegistry(),
      relays: new RelayRegistry((options) => openMortal(options, setup.diesAt)),
      stateDirectory: setup.stateDirectory,
      ...(relayCertificate !== undefined && { relayCertificate: async () => relayCertificate }),
      logger: { info: () => undefined, warn: () => undefined },
      now: Date.now,
    };
    await resumeRelay(context);
    await resumeReplication(context, setup.journal);
    return {};
  }
  const run = VERBS[request?.verb ?? ''];
  if (context === undefined || run === undefined) throw new Error(`No such verb here: ${request?.verb}`);
  return run(context, request?.args as never, report);
}
