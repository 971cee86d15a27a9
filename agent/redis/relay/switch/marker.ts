import { AgentError } from '../../../errors';
import { serverInfo } from '../../dialect';
import { address, type ResolvedEndpoint } from '../../endpoint';
import { markerKey as keyOf, type MarkerState, MARKER_STATES as STATES } from '../../key';
import { sleep } from '../../replication/clock';
import { Connection } from '../../resp/connection';
import { type Reply, ReplyError } from '../../resp/reply';
import type { Command } from '../../resp/writer';
import type { Marker } from './who-serves';

/** Of a server that is asked while clients wait. */
export const ANSWERS_WITHIN_MS = 2000;
const PATIENCE_MS = 30_000;
const OFFSETS_EVERY_MS = 20;
const UNKNOWN_COMMAND = /unknown command/i;

/** Where the four keys are as in the first four arguments, which are empty for none, performs the commands that follow. */
const CHANGE = `
for i = 1, #KEYS do
  if (redis.call('GET', KEYS[i]) or '') ~= ARGV[i] then return 0 end
end
local at = #KEYS + 1
while at <= #ARGV do
  local command = {}
  for i = 1, tonumber(ARGV[at]) do command[i] = ARGV[at + i] end
  redis.call(unpack(command))
  at = at + #command + 1
end
return 1`;

/**
 * The marker of one server: one key of four names, which are the states. A script compares before it changes, so that a
 * change that comes late, or from anyone who has seen another marker, changes nothing. It is no transaction: a server
 * without memory queues no command of one, and RENAME needs none.
 */
export class MarkedServer {
  private constructor(
    private readonly connection: Connection,
    private readonly endpoint: ResolvedEndpoint,
    /** Of the server at the other end of this connection: a failover cannot exchange it. */
    readonly runId: string,
    private readonly isReplica: boolean,
  ) {}

  /** Rejects with an `AgentError`. @param timeoutMs for silence while an answer is due */
  static async open(endpoint: ResolvedEndpoint, timeoutMs = PATIENCE_MS): Promise<MarkedServer> {
    const connection = await Connection.open(endpoint, { purpose: 'marker', timeoutMs });
    try {
      const info = await serverInfo(connection, endpoint);
      return new MarkedServer(connection, endpoint, info.text('run_id') ?? '', info.text('role') === 'slave');
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  /** Rejects where the marker is that of a replica, which may be late. */
  async read(): Promise<Marker | undefined> {
    const marker = markerAmong(await this.replies(STATES.map((state) => ['GET', keyOf(state)])));
    if (marker === undefined || !this.isReplica) return marker;
    throw new AgentError(
      'Agent.TargetReadOnly',
      `${address(this.endpoint)} is a read-only replica, which does not say who serves: give the primary endpoint.`,
    );
  }

  /** Gives the marker another name; needs no memory. False, with nothing changed, where the marker is not `expected`. */
  rename(expected: Marker, to: MarkerState): Promise<boolean> {
    return this.change(expected, ['RENAME', keyOf(expected.state), keyOf(to)]);
  }

  /** Writes a marker in the place of `expected`. False, with nothing changed, where that is not the marker. */
  write(expected: Marker | undefined, marker: Marker): Promise<boolean> {
    // Without memory the first is refused, and the second never comes.
    const written: Command = ['SET', keyOf(marker.state), textOf(marker)];
    if (expected === undefined || expected.state === marker.state) return this.change(expected, written);
    return this.change(expected, written, ['DEL', keyOf(expected.state)]);
  }

  remove(expected: Marker): Promise<boolean> {
    return this.change(expected, ['DEL', keyOf(expected.state)]);
  }

  /**
   * Resolves once every replica that is connected has all that was written here: a failover then cannot lose it.
   *
   * @see https://valkey.io/commands/wait/ since Redis 3.0; before, the offsets that replicas report each second tell
   */
  async replicated(signal: AbortSignal): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      const info = await serverInfo(this.connection, this.endpoint);
      const replicas = info.number('connected_slaves');
      if (replicas === 0) return;
      const [confirmed] = await this.connection.batch([['WAIT', replicas, ANSWERS_WITHIN_MS / 4]]);
      if (Number(confirmed) >= replicas) return;
      if (confirmed instanceof ReplyError && !UNKNOWN_COMMAND.test(confirmed.message)) {
        throw this.connection.explain(confirmed);
      }
      if (!(confirmed instanceof ReplyError)) continue;
      const written = info.number('master_repl_offset');
      const reported = Array.from({ length: replicas }, (_, i) => offsetOf(info.text(`slave${i}`)));
      if (reported.every((offset) => offset >= written)) return;
      await sleep(OFFSETS_EVERY_MS);
    }
  }

  close(): void {
    this.connection.close();
  }

  private async change(expected: Marker | undefined, ...commands: readonly Command[]): Promise<boolean> {
    const present = STATES.map((state) => (expected?.state === state ? textOf(expected) : ''));
    const steps = commands.flatMap((command) => [command.length, ...command]);
    const [changed] = await this.replies([['EVAL', CHANGE, STATES.length, ...STATES.map(keyOf), ...present, ...steps]]);
    return changed === 1;
  }

  private async replies(commands: readonly Command[]): Promise<Reply[]> {
    const replies = await this.connection.batchIn(0, commands);
    const refusal = replies.find((reply) => reply instanceof ReplyError);
    if (refusal !== undefined) throw this.connection.explain(refusal);
    return replies;
  }
}

/** At an instant there is one. Where a person has made two, neither is believed. */
function markerAmong(values: readonly Reply[]): Marker | undefined {
  const found = STATES.flatMap((state, i) => {
    const value = values[i];
    return value === null || value === undefined ? [] : [parse(state, String(value))];
  });
  if (found.length < 2) return found[0];
  throw new AgentError(
    'Agent.Failed',
    `There are ${found.length} markers of a relay (${STATES.map(keyOf).join(', ')}) on one server: the agent leaves one. ` +
      'Find out which side clients wrote to last, delete the wrong one, and repeat.',
  );
}

function parse(state: MarkerState, text: string): Marker {
  const notOurs = `${keyOf(state)} is no marker that this agent has written: find out who did.`;
  try {
    const { migration, epoch, host, runId } = JSON.parse(text) as Partial<Record<string, unknown>>;
    if (typeof migration === 'string' && typeof epoch === 'number' && typeof host === 'string') {
      return { state, migration, epoch, host, runId: String(runId) };
    }
  } catch (cause) {
    throw new AgentError('Agent.Failed', notOurs, { cause });
  }
  throw new AgentError('Agent.Failed', notOurs);
}

/** One text of one marker, as the script compares it. */
function textOf({ migration, epoch, host, runId }: Marker): string {
  return JSON.stringify({ migration, epoch, host, runId });
}

/** Of `ip=10.0.0.1,port=6379,state=online,offset=4711,lag=0`; such a line came with 2.8. */
function offsetOf(replica: string | undefined): number {
  return Number(/(?:^|,)offset=(\d+)/.exec(replica ?? '')?.[1] ?? 0);
}
