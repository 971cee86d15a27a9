import type { Finding } from '../../../contract/common';
import { numberIn } from '../stats';
import type { Survey, SurveyedSide } from './survey';

/** Whether the two sides are what the configuration takes them for. */
export function checkIdentity({ from, to }: Survey): readonly Finding[] {
  return [...sameServer(from, to), ...[from, to].flatMap(versionDiffers), ...isOlder(from, to)];
}

/** Of two servers, a process's number and the second of its start agree by a rare chance, a node's name with them never. */
function sameServer(from: SurveyedSide, to: SurveyedSide): readonly Finding[] {
  const [one, other] = [from, to].map(({ nodes }) => {
    const stats = nodes[0]?.stats ?? new Map();
    return { pid: stats.get('pid'), startedAt: numberIn(stats, 'time') - numberIn(stats, 'uptime') };
  });
  if (one === undefined || other === undefined) return [];
  if (one.pid !== other.pid || Math.abs(one.startedAt - other.startedAt) > 2) return [];
  return [
    {
      id: 'memcached.same-server',
      severity: 'error',
      message: `${from.where} and ${to.where} are one and the same server.`,
      remedy: "Give each side's own endpoint, not a record that leads to either.",
    },
  ];
}

function versionDiffers({ side, where, endpoint, version }: SurveyedSide): Finding[] {
  if (version === endpoint.engineVersion) return [];
  return [
    {
      id: `memcached.version-differs.${side}`,
      severity: 'warning',
      message: `${where} runs Memcached ${version}; the configuration says ${endpoint.engineVersion}.`,
      remedy: 'Correct the version in the app, or check the endpoint.',
    },
  ];
}

function isOlder(from: SurveyedSide, to: SurveyedSide): Finding[] {
  const [before, after] = [from.version, to.version].map((version) => version.split('.').map(Number));
  const difference = before?.map((number, i) => (after?.[i] ?? 0) - number).find((each) => each !== 0) ?? 0;
  if (difference >= 0) return [];
  return [
    {
      id: 'memcached.older',
      severity: 'warning',
      message: `${to.where} runs Memcached ${to.version}, which is older than the ${from.version} that clients use on ${from.where}.`,
      remedy: 'Choose a version that is not older, or see that no client uses a command that it lacks.',
    },
  ];
}
