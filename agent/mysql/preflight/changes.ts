import type { Finding } from '../../contract';
import { readCascades } from '../verification/cascade';
import { parameter } from './binlog';
import { isOn, type Survey, type SurveyedSide, sidesOf } from './survey';

const mostNamed = 5;

/** Of what changes after everything was compared, the log should tell by rows: the freeze pays for the rest. */
export async function checkChanges(survey: Survey): Promise<readonly Finding[]> {
  const findings = sidesOf(survey).map(async (side) => [
    ...compressed(side),
    ...partialJson(side),
    ...(await cascades(side)),
  ]);
  return (await Promise.all(findings)).flat();
}

function compressed(side: SurveyedSide): readonly Finding[] {
  if (!isOn(side, 'binlog_transaction_compression')) return [];
  return [
    {
      id: `mysql.binlog-compressed.${side.side}`,
      severity: 'warning',
      message: `${side.where} packs transactions in its binary log, where the agent cannot read what changed: every row is compared again in the freeze.`,
      remedy: `${parameter(side, 'binlog_transaction_compression=OFF', false)}, and have sessions that set it themselves leave it.`,
    },
  ];
}

function partialJson(side: SurveyedSide): readonly Finding[] {
  if (!/PARTIAL_JSON/i.test(side.variables.get('binlog_row_value_options') ?? '')) return [];
  return [
    {
      id: `mysql.binlog-partial-json.${side.side}`,
      severity: 'warning',
      message: `${side.where} logs parts of JSON values, which the agent does not read: every row is compared again in the freeze.`,
      remedy: `${parameter(side, 'binlog_row_value_options=', false)}, and have sessions that set it themselves leave it.`,
    },
  ];
}

async function cascades(side: SurveyedSide): Promise<readonly Finding[]> {
  const reached = new Set([...(await readCascades(side.session)).values()].flatMap((each) => each.map(({ to }) => to)));
  const tables = side.tables.filter(({ name }) => reached.has(name)).sort((one, other) => other.bytes - one.bytes);
  if (tables.length === 0) return [];
  const named = tables.slice(0, mostNamed).map(({ name, bytes }) => `${name} (${Math.ceil(bytes / 1024 ** 2)} MiB)`);
  const rest = tables.length > mostNamed ? ` and ${tables.length - mostNamed} more` : '';
  return [
    {
      id: `mysql.cascades.${side.side}`,
      severity: 'warning',
      message: `${side.where} changes rows by foreign keys (CASCADE, SET NULL) that its binary log does not have: ${named.join(', ')}${rest}. Each is compared as a whole, in the freeze as well, once a row that it refers to was deleted or renumbered.`,
      remedy: 'Stop what deletes such rows some time before the freeze, or rehearse how long the comparison takes.',
    },
  ];
}
