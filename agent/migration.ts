import type { VerbName, Verbs } from '../contract/agent';
import { type ConfigurationSource, readConfiguration } from './configuration';
import type { Engine } from './engine';
import { engineOf, engines } from './engines';
import { AgentError } from './errors';
import type { Sides, SidesProps } from './sides';
import type { Report } from './verb';
import { verbOf } from './verbs';

export interface MigrationProps extends SidesProps {
  readonly source: ConfigurationSource;
}

/** What the agent works on, for the life of the process. */
export class Migration {
  private constructor(
    private readonly props: MigrationProps,
    private readonly engine: Engine,
    readonly sides: Sides,
  ) {}

  /** Rejects with an `AgentError`. */
  static async open(props: MigrationProps): Promise<Migration> {
    const configuration = await readConfiguration(props.source);
    const engine = engineOf(configuration);
    return new Migration(props, engine, await engine.open(props, configuration));
  }

  /**
   * Reads configuration and credentials again: the migration was deployed again, a secret was rotated, or RDS has
   * created or renamed a side. Tells whether anything is different now.
   */
  async reload(): Promise<boolean> {
    this.props.credentials.forget();
    const configuration = await readConfiguration(this.props.source);
    const engine = engineOf(configuration);
    if (engine === this.engine) return this.sides.accept(configuration);
    throw new AgentError(
      'Agent.BadRequest',
      `The migration ${configuration.migrationName} was one of ${this.engine.sides} and is now one of ${engine.sides}: restart the service of this host.`,
    );
  }

  /** Rejects with an `AgentError`; `Agent.BadRequest` where the verb is not one of this migration's engine. */
  async run<V extends VerbName>(verb: V, args: Verbs[V]['args'], report: Report): Promise<Verbs[V]['result']> {
    const { engine, sides } = this;
    const entry = verbOf(engine, verb);
    if (entry !== undefined) return entry.run(sides.at?.(args) ?? sides, args, report);
    const wanted = engines.filter((other) => verbOf(other, verb) !== undefined).map((other) => other.sides);
    throw new AgentError(
      'Agent.BadRequest',
      `The verb works on ${wanted.join(' or ')}, and the migration ${sides.migrationName} is one of ${engine.sides}: ` +
        `use its ${engine.name}.* verbs, or check CUTOVER_CONFIGURATION.`,
    );
  }
}
