import type { Finding } from '../../../contract/common';
import { nameSome } from '../../naming';
import { readCascades } from '../verification/cascade';
import { type Survey, type SurveyedSide, sidesOf } from './survey';

const mostNamed = 5;

/** What the engine changes by itself is in no log, and the freeze pays for it. */
export async function checkCascades(survey: Survey): Promise<readonly Finding[]> {
  return (await Promise.all(sidesOf(survey).map(cascades))).flat();
}

async function cascades(side: SurveyedSide): Promise<readonly Finding[]> {
  const reached = new Set([...(await readCascades(side.session)).values()].flatMap((each) => each.map(({ to }) => to)));
  const tables = side.tables.filter(({ name }) => reached.has(name)).sort((one, other) => other.bytes - one.bytes);
  if (tables.length === 0) return [];
  const named = tables.map(({ name, bytes }) => `${name} (${Math.ceil(bytes / 1024 ** 2)} MiB)`);
  return [
    {
      id: `mysql.cascades.${side.side}`,
      severity: 'warning',
      message: `${side.where} changes rows by foreign keys (CASCADE, SET NULL) that its binary log does not have: ${nameSome(named, mostNamed)}. Each is compared as a whole, in the freeze as well, once a row that it refers to was deleted or renumbered.`,
      remedy: 'Stop what deletes such rows some time before the freeze, or rehearse how long the comparison takes.',
    },
  ];
}
