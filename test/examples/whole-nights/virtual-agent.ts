import type { Rds } from '../../../rehearsal/aws/rds/rds';
import { TaskFailure, type TaskRequest, type VirtualClock } from '../../../rehearsal/states-language';
import type { CheckAnswers } from '../../../rehearsal/testbed/checks/check-answers';
import type { Migration } from '../../../rehearsal/testbed/migration';
import { MEMCACHED_WELL, MYSQL_WELL, POSTGRES_WELL, REDIS_WELL } from '../../lib/agent-when-well';
import { type AgentArgs, meetEngines } from '../../lib/aurora/meet-engines';
import { refusalOfAgent } from '../../lib/refusal-of-agent';
import type { Side, VirtualSystem } from './virtual-system';
import type { WatchedSides } from './watched-sides';

const WELL: Readonly<Record<string, object>> = { ...REDIS_WELL, ...MEMCACHED_WELL, ...MYSQL_WELL, ...POSTGRES_WELL };

/** What a retire asks first. */
const LISTS_CLIENTS = new Set(['redis.clients', 'memcached.clients', 'mysql.connections', 'postgres.connections']);

export interface VirtualAgentProps {
  readonly migration: Migration;
  readonly clock: VirtualClock;
  readonly answers: CheckAnswers;
  readonly sides: WatchedSides;
  readonly system: Pick<VirtualSystem, 'left'> & { readonly rds?: Rds };
}

/** An agent to whom all is well, but for engines that restart or may only be read. */
export class VirtualAgent {
  /** Tasks that the agent itself would not take. */
  readonly refused: string[] = [];
  /** Who is still connected to the side that clients have left. */
  stillThere = 0;

  constructor(private readonly props: VirtualAgentProps) {}

  async work(request: TaskRequest): Promise<unknown> {
    const { verb, args } = request.arguments as unknown as { verb: string; args: AgentArgs & { check?: string } };
    const refusal = refusalOfAgent(request.arguments, this.refused) ?? (await this.meetEngines(request, args));
    if (refusal !== undefined) throw refusal;
    if (verb.startsWith('check.')) return this.check(request, args);
    const answer = WELL[verb];
    if (answer === undefined)
      throw new TaskFailure('Agent.Unknown', `It is not stated what ${verb} answers when all is well.`);
    if (LISTS_CLIENTS.has(verb)) return { ...answer, ...this.connections() };
    if (verb === 'redis.evict' && args.side !== undefined) this.props.sides.evicted(args.side);
    return answer;
  }

  private connections() {
    const { stillThere } = this;
    const group = { kind: 'client', connections: stillThere, user: 'cron', name: 'cron' };
    const from = { host: '10.0.0.7', address: '10.0.0.7' };
    return { connections: stillThere, groups: stillThere === 0 ? [] : [{ ...group, ...from }] };
  }

  private async check(
    request: TaskRequest,
    { check, pattern }: { check?: string; pattern?: string },
  ): Promise<unknown> {
    const { migration, answers } = this.props;
    const asked = check ?? migration.checks.find(({ facts }) => facts.pattern === pattern)?.id;
    return answers.of(String(asked), request.signal);
  }

  private async meetEngines(request: TaskRequest, args: AgentArgs): Promise<TaskFailure | undefined> {
    const { system, clock, migration } = this.props;
    const { rds } = system;
    const meetsBlue = [args.side, args.from, args.to].includes('blue');
    if (meetsBlue && system.left().length === 0) return new TaskFailure('Agent.Unreachable', 'blue does not answer.');
    if (rds === undefined) return undefined;
    const { blue, green } = migration.configuration;
    const hosts: Readonly<Record<Side, string>> = { blue: blue.host, green: green.host };
    return meetEngines({ rds, clock, request, args, hosts });
  }
}
