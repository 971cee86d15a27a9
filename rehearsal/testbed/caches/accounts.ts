import { randomBytes } from 'node:crypto';
import type { Credentials } from '../../clients/protocol';
import { type Engine, isOfLine } from '../../engines/engine';
import type { AclUser } from '../../engines/redis/server-configuration';
import type { Side } from '../../report/result';
import type { CacheMigration } from '../migration';

const SIDES = ['blue', 'green'] as const;

/**
 * Who signs in to the caches, with passwords of this rehearsal alone. Clients have a user of their own that both sides
 * know: whether the password that an application sends is one that green takes is not rehearsed.
 */
export class CacheAccounts {
  /** Of clients. Undefined: nobody signs in. */
  readonly application: Credentials | undefined;
  /** The one that may do everything: another account of this machine can connect, and has nothing of it. */
  readonly rehearsal: Credentials = { username: 'rehearsal', password: password() };
  private readonly agent: ReadonlyMap<string, Credentials>;

  /** @throws where one side alone has AUTH, or TLS: the same clients speak to both */
  constructor(private readonly migration: Pick<CacheMigration, 'configuration' | 'signsIn'>) {
    const { configuration, signsIn } = migration;
    assertAlike(configuration);
    const arns = SIDES.flatMap((side) => configuration[side].secretArn ?? []);
    const username = signsIn === 'user' ? 'cdk-cutover' : 'default';
    this.agent = new Map(arns.map((arn) => [arn, { username, password: password() }]));
    this.application = arns.length === 0 ? undefined : { username: 'application', password: password() };
  }

  /** What each secret holds, by its ARN. */
  get secrets(): ReadonlyMap<string, string> {
    const { signsIn } = this.migration;
    const held = (credentials: Credentials) => {
      if (signsIn === 'token') return credentials.password;
      return JSON.stringify(signsIn === 'user' ? credentials : { password: credentials.password });
    };
    return new Map([...this.agent].map(([arn, credentials]) => [arn, held(credentials)]));
  }

  /** Every password. */
  get passwords(): readonly string[] {
    const all = [...this.agent.values(), this.application, this.rehearsal];
    return all.flatMap((credentials) => credentials?.password ?? []);
  }

  /** The users of a side's server. */
  usersOn(side: Side, engine: Engine): readonly AclUser[] {
    const { configuration, signsIn } = this.migration;
    const agent = this.agent.get(configuration[side].secretArn ?? '');
    const everything = rulesFor(engine, '~* &* +@all -config -acl +acl|whoami');
    const users = [{ name: 'rehearsal', password: this.rehearsal.password, rules: rulesFor(engine, '~* &* +@all') }];
    if (agent === undefined || this.application === undefined)
      return [{ name: 'default', rules: everything }, ...users];
    const application = { name: 'application', password: this.application.password, rules: everything };
    if (signsIn !== 'user') {
      return [{ name: 'default', password: agent.password, rules: everything }, application, ...users];
    }
    // A user group has a default user, and it is best one that nobody can be.
    const nobody = { name: 'default', password: password(), rules: '-@all' };
    const own = { name: agent.username ?? '', password: agent.password, rules: rulesFor(engine, AGENT_RULES) };
    return [nobody, own, application, ...users];
  }
}

/** As docs/caches.md has it. */
export const AGENT_RULES =
  '~* &* +@all -@dangerous +acl|dryrun +client|kill +client|list +client|pause +client|setname +client|unpause +info +restore';

/** Redis 6.0 knows no channels; from 7.0 on they are shut unless they are opened. */
function rulesFor({ version }: Engine, rules: string): string {
  return isOfLine(version, '6.0') ? rules.replace('&* ', '') : rules;
}

function assertAlike({ blue, green }: CacheMigration['configuration']): void {
  for (const [what, here, there] of [
    ['AUTH', blue.secretArn !== undefined, green.secretArn !== undefined],
    ['TLS', blue.tls, green.tls],
  ] as const) {
    if (here === there) continue;
    throw new Error(
      `${here ? 'blue' : 'green'} alone has ${what}, and the clients of a rehearsal speak to both sides alike. Rehearse with ${what} on both, or on neither.`,
    );
  }
}

function password(): string {
  return randomBytes(16).toString('hex');
}
