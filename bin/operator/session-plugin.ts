import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import type { SSMClient } from '@aws-sdk/client-ssm';
import { compareVersions } from '../../rehearsal/engines/engine';

const PLUGIN = 'session-manager-plugin';
const INSTALL =
  'https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html';

/**
 * The first that takes a session's token from its environment: among its arguments every process of the machine could read
 * it.
 *
 * @see https://github.com/aws/session-manager-plugin/blob/mainline/RELEASENOTES.md (1.2.536.0)
 */
const OLDEST = '1.2.536.0';
const RESPONSE = 'AWS_SSM_START_SESSION_RESPONSE';

export interface PluginSession {
  readonly request: { readonly Target: string };
  /** The token is secret. */
  readonly response: {
    readonly SessionId: string | undefined;
    readonly StreamUrl: string | undefined;
    readonly TokenValue: string | undefined;
  };
}

/** @throws where it is missing or too old */
export async function pluginVersion(): Promise<string> {
  const { stdout } = await promisify(execFile)(PLUGIN, ['--version']).catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      error.code === 'ENOENT'
        ? `Session Manager's plugin is not on PATH (${PLUGIN}). Install it: ${INSTALL}`
        : `Session Manager's plugin does not run: ${error.message.trim()} Install it again: ${INSTALL}`,
      { cause: error },
    );
  });
  const version = stdout.trim();
  if (!/^\d+(\.\d+)+$/.test(version) || compareVersions(version, OLDEST) < 0) {
    throw new Error(
      `Session Manager's plugin is of version ${version}; accepted are ${OLDEST} and later, which do not show a session's token to other users of this machine. Update it: ${INSTALL}`,
    );
  }
  return version;
}

/**
 * Has the plugin carry the session, in this terminal. Resolves to its exit code.
 *
 * @see https://github.com/aws/session-manager-plugin, ValidateInputAndStartSession
 */
export async function runPlugin(
  ssm: SSMClient,
  profile: string,
  { request, response }: PluginSession,
): Promise<number> {
  const region = await ssm.config.region();
  const endpoint = ssm.config.endpointProvider({ Region: region }).url.href;
  // Ctrl-C is for the shell on the host.
  const ignore = () => undefined;
  process.on('SIGINT', ignore);
  try {
    return await new Promise<number>((resolve, reject) => {
      const args = [RESPONSE, region, 'StartSession', profile, JSON.stringify(request), endpoint];
      const plugin = spawn(PLUGIN, args, {
        stdio: 'inherit',
        env: { ...process.env, [RESPONSE]: JSON.stringify(response) },
      });
      plugin.once('error', reject);
      plugin.once('exit', (code) => resolve(code ?? 1));
    });
  } finally {
    process.off('SIGINT', ignore);
  }
}
