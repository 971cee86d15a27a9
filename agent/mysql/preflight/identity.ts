import type { Finding } from '../../../contract/common';
import { dialectOf } from '../dialect';
import { isOn, type Survey, type SurveyedSide, sidesOf } from './survey';

/** Whether the two sides are what the configuration takes them for, and can do what will be asked of them. */
export function checkIdentity(survey: Survey): readonly Finding[] {
  const versions = sidesOf(survey).flatMap(versionDiffers);
  return [...sameServer(survey), ...older(survey), ...versions, ...readOnly(survey), ...clocks(survey)];
}

function sameServer({ from, to }: Survey): readonly Finding[] {
  if (to === undefined || identityOf(from) !== identityOf(to)) return [];
  return [
    {
      id: 'mysql.same-server',
      severity: 'error',
      message: `${from.where} and ${to.where} are one and the same server.`,
      remedy: "Give each side's own endpoint, not a record that leads to either.",
    },
  ];
}

/** MariaDB has no UUID. */
function identityOf({ variables, serverId }: SurveyedSide): string {
  return variables.get('server_uuid') ?? `${variables.get('hostname')}:${variables.get('port')}:${serverId}`;
}

/** Colour is what the migration goes by, also in a rollback: green is never to be older. */
function older(survey: Survey): readonly Finding[] {
  const { from, to } = survey;
  const [blue, green] = from.side === 'blue' ? [from, to] : [to, from];
  if (blue === undefined || green === undefined) return [];
  const [was, is] = [blue.session.dialect, green.session.dialect];
  // MariaDB counts its versions otherwise: only two of a kind can be compared.
  if (was.mariadb !== is.mariadb) return [];
  const [major = 0, minor = 0] = was.version.split('.').map(Number);
  if (is.atLeast(major, minor)) return rollback(blue, green);
  return [
    {
      id: 'mysql.green-older',
      severity: 'error',
      message: `${green.where} runs ${is.version}, which is older than ${was.version} of ${blue.where}: MySQL neither replicates nor reads data backwards.`,
      remedy: `Create green with ${major}.${minor} or later.`,
    },
  ];
}

/** @see https://dev.mysql.com/doc/refman/8.4/en/replication-compatibility.html */
function rollback(blue: SurveyedSide, green: SurveyedSide): readonly Finding[] {
  const [major = 0, minor = 0] = green.session.dialect.version.split('.').map(Number);
  if (blue.session.dialect.atLeast(major, minor)) return [];
  return [
    {
      id: 'mysql.rollback-to-older',
      severity: 'info',
      message: `The rollback replicates from ${green.session.dialect.version} to the older ${blue.session.dialect.version}, which MySQL does not promise: what only the newer one can do stops it.`,
      remedy: 'Rehearse the rollback, and use nothing new on green until it is no longer needed.',
    },
  ];
}

/** The configuration has it from RDS; a server of another version is another server. Aurora states 8.0 and its own. */
function versionDiffers({ side, where, endpoint, session }: SurveyedSide): readonly Finding[] {
  const { mariadb, version } = session.dialect;
  const wanted = dialectOf(endpoint.engineVersion);
  const [major = 0, minor = 0] = endpoint.engineVersion.split('.').map(Number);
  const [isMajor, isMinor] = version.split('.').map(Number);
  if (mariadb || wanted.mariadb || (major === isMajor && minor === isMinor)) return [];
  return [
    {
      id: `mysql.version-differs.${side}`,
      severity: 'warning',
      message: `${where} runs ${version}; the configuration says ${endpoint.engineVersion}.`,
      remedy: 'The agent goes by what the server says. Correct the version in the app, or check the endpoint.',
    },
  ];
}

function readOnly({ args, from, to }: Survey): readonly Finding[] {
  const finding = ({ side, where }: SurveyedSide, remedy: string): Finding => ({
    id: `mysql.read-only.${side}`,
    severity: 'error',
    message: `${where} is read-only: clients could not write to it.`,
    remedy,
  });
  const findings: Finding[] = [];
  for (const side of to === undefined ? [from] : [from, to]) {
    if (isOn(side, 'innodb_read_only'))
      findings.push(finding(side, "Point the configuration at the writer's endpoint."));
  }
  if (isOn(from, 'read_only')) {
    findings.push(
      finding(from, 'Point the configuration at the writer, or set read_only to 0 in its parameter group.'),
    );
  }
  // RDS ends the read-only state of what it promotes or switches over, and of nothing else.
  if (to !== undefined && args.strategy === 'binlogReplica' && isOn(to, 'read_only')) {
    findings.push(
      finding(to, 'Set read_only to 0 in its parameter group: its security groups keep clients out until the switch.'),
    );
  }
  return findings;
}

const tolerableMs = 1_000;

function clocks({ from, to }: Survey): readonly Finding[] {
  const apartMs = to === undefined ? 0 : Math.abs(from.clockAheadMs - to.clockAheadMs);
  if (to === undefined || apartMs <= tolerableMs) return [];
  return [
    {
      id: 'mysql.clock-skew',
      severity: 'warning',
      message: `The clocks of ${from.where} and ${to.where} are ${(apartMs / 1000).toFixed(1)} s apart: times that the server writes jump at the switch.`,
      remedy: "Replace the instance whose clock is wrong; RDS's keep time by themselves.",
    },
  ];
}
