import type { Finding } from '../../contract/common';
import type { ConversionStep, ConversionsResult } from '../../contract/mysql';
import type { Databases } from '../sql/databases';
import type { Verb } from '../verb';
import { checkReplica } from './converting/check-replica';
import { type PlannedStep, planOf } from './converting/plan';
import { ConversionRecord } from './converting/record';
import { checkStrays } from './converting/strays';
import { convertibleTables } from './converting/tables';
import { Following } from './following';

/** More would not go into a state's payload; each is named once those before it are done. */
const MAX_LISTED = 200;

/** Says what is to be done on the converting replica, and what would go wrong. Changes nothing. */
export const conversions: Verb<Databases, 'mysql.conversions'> = async (databases, _args, report) => {
  const { endpoint } = databases.requireConverting();
  return Following.open(databases, { from: 'blue', to: 'converting' }, 'conversions', async (following) => {
    report.progress({ phase: 'Looking at the converting replica', done: 0 });
    const plan = await conversionsOn(databases, following);
    const findings = [
      ...(await checkReplica(following)),
      ...(await checkStrays(databases, endpoint, following.to, report)),
      ...plan.findings,
      ...notListed(plan.steps),
    ];
    const open = plan.steps.filter(({ done }) => !done);
    return {
      findings,
      errors: findings.filter(({ severity }) => severity === 'error').length,
      steps: plan.steps.slice(0, MAX_LISTED),
      remaining: open.length,
      ...(open[0] === undefined ? {} : { next: open[0] }),
      freeBytesNeeded: Math.max(0, ...open.map(({ freeBytesNeeded }) => freeBytesNeeded)),
    };
  });
};

interface Planned extends Pick<ConversionsResult, 'findings'> {
  readonly steps: readonly ConversionStep[];
}

/** The steps that were declared, those that are done included. */
export async function conversionsOn(databases: Databases, { to }: Pick<Following, 'to'>): Promise<Planned> {
  const { conversions: declared, endpoint } = databases.requireConverting();
  const record = await ConversionRecord.of(databases, endpoint);
  const plan = planOf(declared, await convertibleTables(to), (statement) => record.hasRun(statement));
  const listed = plan.steps.filter((step) => step.listed);
  return { findings: plan.findings, steps: listed.map((step) => stepOf(step, record)) };
}

function stepOf(
  { id, table, statement, freeBytesNeeded, done, kind }: PlannedStep,
  record: ConversionRecord,
): ConversionStep {
  const estimatedSeconds = done ? undefined : record.secondsFor(kind, table.bytes);
  return {
    id,
    table: table.of,
    statement,
    rows: table.rows,
    bytes: table.bytes,
    freeBytesNeeded,
    ...(estimatedSeconds === undefined ? {} : { estimatedSeconds }),
    done,
  };
}

function notListed(steps: readonly ConversionStep[]): readonly Finding[] {
  if (steps.length <= MAX_LISTED) return [];
  return [
    {
      id: 'mysql.conversions-not-listed',
      severity: 'info',
      message: `There are ${steps.length} conversions, of which the first ${MAX_LISTED} are listed; all of them count, and are done.`,
      remedy: 'Nothing is to be done.',
    },
  ];
}
