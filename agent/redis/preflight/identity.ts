import type { Finding } from '../../../contract/common';
import { numbers } from '../version';
import type { Survey, SurveyedSide } from './survey';

/** Whether the two sides are what the configuration takes them for. */
export function checkIdentity({ from, to }: Survey): readonly Finding[] {
  return [
    ...sameServer(from, to),
    ...[from, to].flatMap((side) => [...versionDiffers(side), ...isReplica(side), ...clusterMode(side)]),
  ];
}

function sameServer(from: SurveyedSide, to: SurveyedSide): readonly Finding[] {
  if (from.info.text('run_id') !== to.info.text('run_id')) return [];
  return [
    {
      id: 'redis.same-server',
      severity: 'error',
      message: `${from.where} and ${to.where} are one and the same server.`,
      remedy: "Give each cache's own endpoint, not a record that leads to either.",
    },
  ];
}

/** ElastiCache states as many numbers as it supports: `7.1` is any 7.1.x. */
function versionDiffers({ side, where, endpoint, version }: SurveyedSide): readonly Finding[] {
  const [wanted, actual] = [numbers(endpoint.engineVersion), numbers(version.text)];
  const agrees = wanted.every((number, i) => number === actual[i]);
  if (agrees && version.engine === endpoint.engine) return [];
  return [
    {
      id: `redis.version-differs.${side}`,
      severity: 'warning',
      message: `${where} runs ${version.engine} ${version.text}; the configuration says ${endpoint.engine} ${endpoint.engineVersion}.`,
      remedy: 'The agent goes by what the server says. Correct the version in the app, or check the endpoint.',
    },
  ];
}

function isReplica({ side, where, info }: SurveyedSide): readonly Finding[] {
  if (info.text('role') !== 'slave') return [];
  return [
    {
      id: `redis.is-replica.${side}`,
      severity: 'error',
      message: `${where} is a read-only replica: it can be neither written to nor fenced.`,
      remedy: 'Use the primary endpoint of the replication group.',
    },
  ];
}

function clusterMode({ side, where, info, endpoint }: SurveyedSide): readonly Finding[] {
  const enabled = info.text('cluster_enabled') === '1';
  if (!enabled && !endpoint.clusterMode) return [];
  return [
    {
      id: `redis.cluster-mode.${side}`,
      severity: 'error',
      message: enabled
        ? `${where} has cluster mode enabled: its keys are spread over nodes that one connection cannot see.`
        : `${where} is a single node, but the configuration promises cluster mode.`,
      remedy: enabled
        ? 'Use a cache with cluster mode disabled.'
        : 'Correct the cluster mode in the app, or check the endpoint.',
    },
  ];
}
