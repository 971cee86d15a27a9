import type { ConfigurationSource } from './configuration';
import { AgentError } from './errors';

/** Written when the host is built; read by the service's unit and, in a shell, by the program itself. */
export const environmentFile = '/etc/cutover-agent/environment';

/** Written with it, and again at each start of the service. */
const reachFile = '/etc/cutover-agent/reach.json';

export interface Environment {
  /** `CUTOVER_CONFIGURATION`: the name of the SSM parameter with the migration's configuration. */
  readonly configuration: string | undefined;
  /** `CUTOVER_REACH`: the file that says what of the configuration only a deploy may change. @default /etc/cutover-agent/reach.json */
  readonly reachFile: string;
  /** `CUTOVER_ACTIVITY_ARN`: the activity to take tasks from. */
  readonly activityArn: string | undefined;
  /** `CUTOVER_JOURNAL`: the name of the SSM parameter that says which way is replicated. */
  readonly journal: string | undefined;
  /** `CUTOVER_HOST`: the name of the SSM parameter that says which instance is the migration's host. */
  readonly host: string | undefined;
  /** `CUTOVER_INSTANCE_ID`: of the instance that this is. */
  readonly instanceId: string | undefined;
  /** `CUTOVER_STATE_DIRECTORY`: what outlives the process, and the service's socket. @default /var/lib/cutover-agent */
  readonly stateDirectory: string;
}

/** A shell has none of the service's variables: those that are not set are taken from the host's file. */
export function readEnvironment(): Environment {
  // The SDK's advice to upgrade Node is for anyone who builds the host, and would stand between the lines of a result.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  try {
    process.loadEnvFile(environmentFile);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES')))
      throw error;
  }
  return {
    configuration: process.env.CUTOVER_CONFIGURATION,
    reachFile: process.env.CUTOVER_REACH ?? reachFile,
    activityArn: process.env.CUTOVER_ACTIVITY_ARN,
    journal: process.env.CUTOVER_JOURNAL,
    host: process.env.CUTOVER_HOST,
    instanceId: process.env.CUTOVER_INSTANCE_ID,
    stateDirectory: process.env.CUTOVER_STATE_DIRECTORY ?? '/var/lib/cutover-agent',
  };
}

/** A file given by hand goes before the parameter. */
export function configurationSource(environment: Environment, file: string | undefined): ConfigurationSource {
  if (file !== undefined) return { file };
  if (environment.configuration !== undefined) {
    return { parameter: environment.configuration, reachFile: environment.reachFile };
  }
  throw new AgentError(
    'Agent.BadRequest',
    `No configuration: set CUTOVER_CONFIGURATION to the name of the migration's SSM parameter (${environmentFile} does), or give --configuration FILE.`,
  );
}
