import type { Side } from '../../../contract/common';
import type { MigrationManifest } from '../../../contract/manifest';

/** A name by which clients reach a side. */
export interface SoughtName {
  /** In small letters, without the dot at its end. */
  readonly name: string;
  /** As a sentence has it: `the record`, `blue's endpoint`. */
  readonly means: string;
  /** Whether a client that has it follows the record. */
  readonly moves: 'yes' | 'no';
}

interface Configuration {
  readonly blue?: ConfiguredSide;
  readonly green?: ConfiguredSide;
}

interface ConfiguredSide {
  readonly host?: string;
  readonly readerHost?: string;
}

/** The records, and the endpoints that stand behind them. */
export class SoughtNames {
  readonly all: readonly SoughtName[];

  constructor({ migration, records }: MigrationManifest, configuration: string | undefined) {
    const sides: Configuration = configuration === undefined ? {} : JSON.parse(configuration);
    const names = new Map<string, SoughtName>();
    const add = (name: string | undefined, means: string, moves: 'yes' | 'no') => {
      const plain = (name ?? '').replace(/\.$/, '').toLowerCase();
      if (plain !== '' && !HOST_NAME.test(plain)) throw noHostName(plain, migration);
      if (plain !== '' && !names.has(plain)) names.set(plain, { name: plain, means, moves });
    };
    for (const { name, whose } of records)
      add(name, whose === 'writer' ? 'the record' : 'the record of readers', 'yes');
    for (const side of ['blue', 'green'] as const) {
      for (const { targets } of records) add(targets[side], endpointOf(side), 'no');
      add(sides[side]?.host, endpointOf(side), 'no');
      add(sides[side]?.readerHost, `${side}'s endpoint of readers`, 'no');
    }
    for (const { trialTargets } of records) for (const target of trialTargets) add(target, endpointOf('green'), 'no');
    this.all = [...names.values()];
  }

  get records(): readonly string[] {
    return this.all.filter(({ moves }) => moves === 'yes').map(({ name }) => name);
  }

  /** Those that stand in a text as whole names: `sessions.example` is not `old-sessions.example`. */
  in(text: string): readonly SoughtName[] {
    const lower = text.toLowerCase();
    return this.all.filter(({ name }) => wholly(name).test(lower));
  }
}

/** What a query of the log is made of: nothing else may stand in it. */
const HOST_NAME = /^[a-z0-9._:-]+$/;

function noHostName(name: string, migration: string): Error {
  return new Error(
    `the configuration of ${migration} names '${name}', which is no host name. Somebody has changed the parameter /cdk-cutover/${migration}/configuration; see CloudTrail (PutParameter), and deploy the migration's stack again.`,
  );
}

const endpointOf = (side: Side) => `${side}'s endpoint`;

const wholly = (name: string) =>
  new RegExp(`(?<![a-z0-9_.-])${name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![a-z0-9_-]|\\.[a-z0-9])`);
