import type { Finding } from '../../../contract/common';
import { AgentError } from '../../errors';
import { text } from '../result-row';
import { isOn, type Survey, type SurveyedSide, sidesOf } from './survey';

/** Both sides need a binary log: one to be followed, the other for the rollback. */
export async function checkBinlog(survey: Survey): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const side of sidesOf(survey)) {
    const off = logOff(side);
    findings.push(...off);
    if (off.length === 0)
      findings.push(...format(side), ...rowImage(side), ...unreadable(side), ...(await retention(survey, side)));
  }
  return findings;
}

function logOff(side: SurveyedSide): readonly Finding[] {
  if (isOn(side, 'log_bin')) return [];
  return [
    {
      id: `mysql.binlog-off.${side.side}`,
      severity: 'error',
      message: `${side.where} keeps no binary log: nothing could follow it.`,
      remedy: parameter(side, 'binlog_format=ROW', true),
    },
  ];
}

function format(side: SurveyedSide): readonly Finding[] {
  const is = side.variables.get('binlog_format') ?? 'ROW';
  if (is === 'ROW') return [];
  return [
    {
      id: `mysql.binlog-format.${side.side}`,
      severity: 'error',
      message: `${side.where} logs ${is}: a statement need not do on the other side what it did here, and what changed cannot be compared by rows.`,
      remedy: parameter(side, 'binlog_format=ROW', side.endpoint.engine === 'aurora-mysql'),
    },
  ];
}

function rowImage(side: SurveyedSide): readonly Finding[] {
  const is = side.variables.get('binlog_row_image') ?? 'FULL';
  if (is === 'FULL') return [];
  return [
    {
      id: `mysql.binlog-row-image.${side.side}`,
      severity: 'warning',
      message: `${side.where} logs rows as ${is}: a row that differs already is changed without being noticed.`,
      remedy: parameter(side, 'binlog_row_image=FULL', false),
    },
  ];
}

/** Right all the same, but slow: what cannot be read cannot tell which rows have changed. A session may set either, too. */
function unreadable(side: SurveyedSide): readonly Finding[] {
  const settings = [
    ...(isOn(side, 'binlog_transaction_compression') ? ['binlog_transaction_compression=OFF'] : []),
    ...(/PARTIAL_JSON/i.test(side.variables.get('binlog_row_value_options') ?? '')
      ? ["binlog_row_value_options=''"]
      : []),
  ];
  return settings.map((setting) => {
    const [name = ''] = setting.split('=');
    const is = side.variables.get(name);
    return {
      id: `mysql.${name.replaceAll('_', '-')}.${side.side}`,
      severity: 'warning',
      message: `${side.where} has ${name} ${is}: the agent does not read such events, so that the comparison in the freeze would compare every row instead of those that have changed.`,
      remedy: parameter(side, setting, false),
    };
  });
}

/** NULL has RDS remove logs as soon as it needs them no more itself, no matter who else reads them. */
async function retention({ args, from }: Survey, side: SurveyedSide): Promise<readonly Finding[]> {
  const hours = await retentionHours(side);
  if (hours !== 'NULL') return [];
  const followed = side === from && args.strategy !== 'promoteReplica';
  return [
    {
      id: `mysql.binlog-retention.${side.side}`,
      severity: followed ? 'error' : 'warning',
      message: `${side.where} keeps its binary logs for no time of their own: who falls behind, or is interrupted, finds them gone.`,
      remedy: `On ${side.side}: CALL mysql.rds_set_configuration('binlog retention hours', 24);`,
    },
  ];
}

/** `undefined` where the server knows nothing of it, which RDS's always do. */
export async function retentionHours({ session }: SurveyedSide): Promise<string | undefined> {
  try {
    const rows = await session.query('CALL mysql.rds_show_configuration');
    const row = rows.find((one) => text(one, 'name') === 'binlog retention hours');
    return row === undefined ? undefined : text(row, 'value') || 'NULL';
  } catch (error) {
    if (error instanceof AgentError && error.name === 'Agent.CommandForbidden') return undefined;
    throw error;
  }
}

function parameter({ side, endpoint }: SurveyedSide, setting: string, reboot: boolean): string {
  const [name = '', value = ''] = setting.split('=');
  const kind = endpoint.engine === 'aurora-mysql' ? 'db-cluster-parameter-group' : 'db-parameter-group';
  const method = reboot ? 'pending-reboot' : 'immediate';
  return (
    `aws rds modify-${kind} --${kind}-name <of ${side}> --parameters ParameterName=${name},ParameterValue=${value},ApplyMethod=${method}` +
    `${reboot ? `, and reboot ${side}` : ''}`
  );
}
