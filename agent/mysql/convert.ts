import type { ConversionStep } from '../../contract/mysql';
import { AgentError } from '../errors';
import type { Databases } from '../sql/databases';
import type { Report, Verb } from '../verb';
import { conversionsOn } from './conversions';
import { failedStep } from './converting/failed-step';
import { runs, secondsBehind, stopFollowing } from './converting/following-blue';
import { performStatement } from './converting/perform-statement';
import { planOf } from './converting/plan';
import { ConversionRecord } from './converting/record';
import { convertibleTables } from './converting/tables';
import { Following } from './following';

/**
 * Performs one step on the converting replica, whose replication stands meanwhile and afterwards: the next step follows, or
 * `resumereplica`. A step that fails has it run again, or says that it does not. Blue is only read.
 */
export const convert: Verb<Databases, 'mysql.convert'> = async (databases, { step: id, timeoutSeconds }, report) => {
  databases.requireConverting();
  return Following.open(databases, { from: 'blue', to: 'converting' }, 'convert', async (following) => {
    const step = await stepNamed(databases, following, id);
    const seconds = step.done ? 0 : await perform(databases, following, step, timeoutSeconds, report);
    return {
      step: id,
      seconds,
      lagSeconds: await secondsBehind(following, databases.endpoints.blue),
      replicating: runs(await following.replica()),
    };
  });
};

type KnownStep = Pick<ConversionStep, 'id' | 'table' | 'statement' | 'bytes' | 'done'> & {
  readonly kind: string;
  readonly byNote: boolean;
};

/** Of those that are done, too, whatever they were found by. */
async function stepNamed(databases: Databases, { to }: Following, id: string): Promise<KnownStep> {
  const { conversions: declared, endpoint } = databases.requireConverting();
  const record = await ConversionRecord.of(databases, endpoint);
  const { steps, findings } = planOf(declared, await convertibleTables(to), (statement) => record.hasRun(statement));
  const step = steps.find((one) => one.id === id);
  if (step !== undefined) return { ...step, table: step.table.of, bytes: step.table.bytes };
  const refused = findings.find((finding) => finding.severity === 'error' && finding.id.endsWith(`: ${id}`));
  if (refused !== undefined) {
    throw new AgentError('Agent.BadRequest', `${refused.message} Nothing was done. ${refused.remedy}`);
  }
  const open = steps.filter((one) => !one.done).map((one) => `"${one.id}"`);
  throw new AgentError(
    'Agent.BadRequest',
    `There is no step "${id.slice(0, 120)}" on the converting replica; to be done: ${open.slice(0, 10).join(', ') || 'nothing'}. mysql.conversions lists all.`,
  );
}

async function perform(
  databases: Databases,
  following: Following,
  step: KnownStep,
  timeoutSeconds: number,
  report: Report,
): Promise<number> {
  const { endpoint } = databases.requireConverting();
  try {
    await stopFollowing(following, report);
    const seconds = await performStatement(endpoint, step, timeoutSeconds, report);
    const { steps } = await conversionsOn(databases, following);
    const after = steps.find(({ id }) => id === step.id);
    if (!step.byNote && after !== undefined && !after.done) {
      throw new AgentError('Agent.Failed', 'the server took the statement, and the table is as it was before');
    }
    const record = await ConversionRecord.of(databases, endpoint);
    await record.ran(step.kind, step.bytes, seconds, step.byNote ? step.statement : undefined);
    return seconds;
  } catch (error) {
    throw await failedStep(databases, step, error);
  }
}
