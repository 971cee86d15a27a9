import type { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { StartSessionCommand, TerminateSessionCommand } from '@aws-sdk/client-ssm';
import type { Side } from '../../contract/common';
import type { ManifestHost } from '../../contract/manifest';
import { ifDenied } from './denied';
import { manifest, physicalIdOf } from './manifest';
import type { Clients } from './parameters';
import { type PluginSession, pluginVersion } from './session-plugin';

export interface ConnectTo {
  /** A port of this machine that leads there. @default - a shell on the migration host */
  readonly side?: Side;
  /** @default 0 - any that is free */
  readonly localPort?: number;
}

type ConnectClients = Clients & { readonly cloudformation: CloudFormationClient };

/** What a session needs, as it was looked up; none of it is secret. */
export interface Connection {
  readonly plugin: string;
  readonly instance: string;
  readonly document: string;
}

/**
 * Opens a session on the host of the deployed migration, up to where Session Manager's plugin takes it over. The host and
 * the document are those that CloudFormation made: a parameter could be written by somebody who may do no more than that.
 */
export async function openSession(
  clients: ConnectClients,
  migration: string,
  to: ConnectTo,
): Promise<Connection & { readonly session: PluginSession }> {
  const plugin = await pluginVersion();
  const { stack, read } = await manifest(clients, migration);
  const document = documentOf(read.host, migration, to.side);
  const found = {
    plugin,
    instance: await physicalIdOf(clients.cloudformation, stack, read.host.instance),
    document: await physicalIdOf(clients.cloudformation, stack, document),
  };
  const request = {
    Target: found.instance,
    DocumentName: found.document,
    Reason: `cutover connect ${migration}`,
    ...(to.side !== undefined && { Parameters: { localPortNumber: [String(to.localPort ?? 0)] } }),
  };
  const { SessionId, StreamUrl, TokenValue } = await clients.ssm
    .send(new StartSessionCommand(request))
    .catch(denied)
    .catch((error: unknown) => hostIsAway(error, migration, found.instance));
  return { ...found, session: { request, response: { SessionId, StreamUrl, TokenValue } } };
}

/** Opens a session and ends it: who can do that can connect. */
export async function checkConnection(
  clients: ConnectClients,
  migration: string,
  to: ConnectTo,
): Promise<Connection & { readonly session: string }> {
  const { session, ...found } = await openSession(clients, migration, to);
  const id = session.response.SessionId;
  const ended = await clients.ssm.send(new TerminateSessionCommand({ SessionId: id })).then(
    () => 'opened, and ended again',
    (error: Error) => `opened as ${id}, and not ended (${error.message}): it ends by itself, for nobody connects to it`,
  );
  return { ...found, session: ended };
}

function documentOf({ sessions }: ManifestHost, migration: string, side: Side | undefined): string {
  if (sessions === undefined) {
    throw new Error(
      `${migration} was deployed by a version of cdk-cutover that does not say how to connect. Deploy its stack with this one; until then: aws ssm start-session --target ID --document-name NAME, with the ids of its stack.`,
    );
  }
  if (side === undefined) return sessions.shell;
  const document = sessions.ports[side];
  if (document !== undefined) return document;
  const others = Object.keys(sessions.ports);
  throw new Error(
    others.length === 0
      ? `${migration} has no ports to connect to: it was deployed without host.portForwarding. Set host: { portForwarding: true } and deploy, or use the shell: cutover connect ${migration}.`
      : `${side} of ${migration} has no name of its own: RDS makes it, and gives it blue's. Connect to ${others.join(', ')}: that is whichever has the name now.`,
  );
}

const denied = ifDenied(
  'Who may connect is named in the app: migration.host.grantConnect(role); then deploy. A policy of the organisation or a permissions boundary may deny it too.',
);

/** @see docs/aws-facts.md#ssm-start-session */
function hostIsAway(error: unknown, migration: string, instance: string): never {
  if (error instanceof Error && error.name === 'TargetNotConnected') {
    throw new Error(
      `The SSM agent of the host ${instance} is not connected: ${error.message.replace(/\.?$/, '.')} See that the instance runs and that its subnet reaches ssm, ssmmessages and ec2messages (host.vpcEndpoints, or a NAT gateway); cutover status ${migration} says whether the migration's agent answers.`,
      { cause: error },
    );
  }
  throw error;
}
