import type { Assembly } from '../assembly';
import type { AwsEndpoint } from '../aws/endpoint/endpoint';
import { AgentProcess } from './agent-process';
import { agentProgram } from './agent-program';
import type { Testbed } from './testbed';

export interface StartAgentProps {
  readonly assembly: Assembly;
  readonly testbed: Testbed;
  readonly endpoint: { readonly url: string; readonly server: AwsEndpoint };
  /** Told every line that it logs. */
  readonly onLine: (line: string) => void;
}

/** Starts the agent as the migration host of the testbed. */
export function startAgent({ assembly, testbed, endpoint, onLine }: StartAgentProps): Promise<AgentProcess> {
  const { account, system, network, backends, migration } = testbed;
  const host = account.principal(migration.host.roleArn, 'i-rehearsal', { service: 'ec2.amazonaws.com' });
  return AgentProcess.start({
    program: agentProgram(assembly),
    endpointUrl: endpoint.url,
    region: account.environment.region,
    credentials: endpoint.server.credentialsFor(host),
    configurationParameter: migration.configurationParameter,
    reach: reachOf(account.configuration, backends.application.requests),
    journalParameter: migration.manifest.parameters.journal,
    activityArn: migration.activityArns[0] ?? '',
    ...(system.authority !== undefined && { authority: system.authority }),
    ...(system.namesEndpoints === true && { nameServer: network.dns }),
    onLine,
  });
}

/** What the host's user data says, with the sides and the applications where they are on this machine. */
function reachOf(configuration: string, requests: readonly object[]): string {
  const { converting, ...all } = JSON.parse(configuration) as Configured;
  // Of the converting replica, its endpoint alone.
  const chain = converting && { converting: converting.endpoint, conversions: converting.conversions };
  return JSON.stringify({ ...all, ...chain, requests });
}

/** As far as a host's own file says something else. */
interface Configured {
  readonly converting?: { readonly endpoint: object; readonly conversions: readonly object[] };
}
