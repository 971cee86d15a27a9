import type { PreflightResult } from '../../contract/cache';
import type { Finding } from '../../contract/common';
import { told } from '../findings';
import type { Verb } from '../verb';
import { withClient } from './client';
import type { RedisContext } from './context';
import { checkBaseline } from './preflight/baseline';
import { checkSample } from './preflight/big-keys';
import { checkCapacity } from './preflight/capacity';
import { checkClocks } from './preflight/clocks';
import { checkContents } from './preflight/contents';
import { checkIdentity } from './preflight/identity';
import { checkKeyspaceEvents } from './preflight/keyspace-events';
import { checkPayloads } from './preflight/payloads';
import { checkPermissions } from './preflight/permissions';
import { checkRelayCertificate } from './preflight/relay-certificate';
import { checkSilentWrites } from './preflight/silent-writes';
import { type Survey, surveySide } from './preflight/survey';
import { checkTransport } from './preflight/transport';
import { checkUsage } from './preflight/usage';

/** Reads both sides and says what would go wrong. A side that cannot be reached or logged in to fails the verb. */
export const preflight: Verb<RedisContext, 'redis.preflight'> = async (context, args, report) => {
  const { endpoints, consistency, recordName } = context;
  return withClient(endpoints[args.from], 'preflight', (source) =>
    withClient(endpoints[args.to], 'preflight', async (target) => {
      report.progress({ phase: 'Surveying both sides', done: 0, total: 3 });
      const survey: Survey = {
        from: await surveySide(args.from, endpoints[args.from], source),
        to: await surveySide(args.to, endpoints[args.to], target),
        ...{ args, consistency, recordName },
      };
      const findings = [
        ...checkIdentity(survey),
        ...checkCapacity(survey),
        ...checkClocks(survey),
        ...(await checkTransport(survey)),
        ...(await checkRelayCertificate(context)),
        ...(await checkUsage(survey)),
      ];
      // A cluster cannot be looked into; and a pure cache starts empty, so that nothing of the rest concerns it.
      const copied = consistency !== 'COLD' && !isCluster(survey);
      report.progress({ phase: 'Looking at the data', done: 1, total: 3 });
      if (copied) findings.push(...(await checkCopy(survey)));
      report.progress({ phase: 'Watching for keyspace events', done: 2, total: 3 });
      const events = copied ? await checkKeyspaceEvents(survey, report.signal) : { available: false, findings: [] };
      return resultOf(survey, [...findings, ...events.findings], events.available);
    }),
  );
};

async function checkCopy(survey: Survey): Promise<readonly Finding[]> {
  return [
    ...(await checkContents(survey)),
    ...checkPayloads(survey),
    ...(await checkSilentWrites(survey)),
    ...(await checkPermissions(survey)),
    ...(await checkBaseline(survey)),
    ...(await checkSample(survey)),
  ];
}

function isCluster({ from, to }: Survey): boolean {
  return [from, to].some(({ info }) => info.text('cluster_enabled') === '1');
}

function resultOf({ from }: Survey, findings: readonly Finding[], keyspaceEvents: boolean): PreflightResult {
  return {
    ...told(findings),
    keys: from.keys,
    usedMemoryBytes: from.info.number('used_memory'),
    databases: [...from.info.keyspace().keys()].sort((one, other) => one - other),
    keyspaceEvents,
  };
}
