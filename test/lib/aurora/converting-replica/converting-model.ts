import type { Conversion } from '../../../../contract/database';
import type { ConversionStep, MysqlVerbs } from '../../../../contract/mysql';
import { TaskFailure } from '../../../../rehearsal/states-language';
import type { DatabaseCloud } from '../database-cloud';

const TABLES = ['shop.orders', 'shop.visits', 'shop.documents'];

/** The converting replica as its agent meets it: what is converted, and whether it replicates. */
export class ConvertingModel {
  replicating = true;
  lagSeconds = 0;
  readonly done: string[] = [];
  /** What a step fails with. */
  fails: (step: string) => TaskFailure | undefined = () => undefined;
  /** Whether it cannot be made to replicate again. */
  broken = false;

  constructor(
    cloud: DatabaseCloud,
    private readonly behindAfter: number = 10,
  ) {
    const { agent } = cloud;
    cloud.agent = (verb, args) => {
      switch (verb) {
        case 'mysql.conversions':
          return this.conversions();
        case 'mysql.convert':
          return this.convert(args as MysqlVerbs['mysql.convert']['args']);
        case 'mysql.resumereplica':
          return this.resume();
        case 'mysql.awaitlag':
          return this.replicating || (args as { to: string }).to !== 'converting'
            ? agent(verb, args)
            : new TaskFailure('Agent.NotFollowing', 'The converting replica does not replicate.');
        default:
          return agent(verb, args);
      }
    };
  }

  get left(): string[] {
    return TABLES.map(idOf).filter((id) => !this.done.includes(id));
  }

  private conversions(): MysqlVerbs['mysql.conversions']['result'] {
    const steps = TABLES.map((table): ConversionStep => {
      const id = idOf(table);
      const statement = `ALTER TABLE ${table} ENGINE=InnoDB`;
      return { id, table, statement, rows: 1, bytes: 1, freeBytesNeeded: 2 ** 30, done: this.done.includes(id) };
    });
    const next = steps.find(({ done }) => !done);
    return {
      findings: [],
      errors: 0,
      steps,
      remaining: this.left.length,
      ...(next !== undefined && { next }),
      freeBytesNeeded: 2 ** 30,
    };
  }

  private convert({ step }: MysqlVerbs['mysql.convert']['args']): MysqlVerbs['mysql.convert']['result'] | TaskFailure {
    this.replicating = false;
    const failure = this.fails(step);
    if (failure !== undefined) return failure;
    if (!this.done.includes(step)) this.done.push(step);
    this.lagSeconds += this.behindAfter;
    return { step, seconds: 1, lagSeconds: this.lagSeconds, replicating: false };
  }

  private resume(): MysqlVerbs['mysql.resumereplica']['result'] {
    if (this.broken) return { replicating: false, lagSeconds: this.lagSeconds };
    this.replicating = true;
    this.lagSeconds = 0;
    return { replicating: true, lagSeconds: 0 };
  }
}

function idOf(table: string): string {
  const kind: Conversion['kind'] = 'toInnoDb';
  return `${kind} ${table}`;
}
