import { RemovalPolicy, Stack, Tokenization } from 'aws-cdk-lib';
import { type IIdentity, type Policy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ILogGroup, LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnDocument } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';
import { attachedPolicy } from '../permissions/attached-policy';
import { acknowledgeWildcard } from '../permissions/wildcard-findings';

export interface SessionAccessProps {
  readonly retention: RetentionDays;
  /** What the log is encrypted with. @default - CloudWatch Logs' own */
  readonly encryptionKey?: IKey;
  /** Which host, in words. @default 'migration host' */
  readonly host?: string;
  /** By name. @default - none: the shell alone */
  readonly forwardedTo?: Readonly<Record<string, ForwardedTo>>;
}

/** A server that the host reaches, and a port of the operator's own machine may lead to. */
export interface ForwardedTo {
  readonly host: string;
  readonly port: number;
}

/** Port 0 is any that is free. */
const LOCAL_PORT = '^([0-9]|[1-9][0-9]{1,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$';

/** Session Manager access to a host: no inbound port, no key pair, every shell logged. */
export class SessionAccess extends Construct {
  public readonly logGroup: ILogGroup;
  private readonly document: CfnDocument;
  private readonly ports: ReadonlyMap<string, CfnDocument>;

  constructor(
    scope: Construct,
    id: string,
    { host = 'migration host', forwardedTo = {}, ...props }: SessionAccessProps,
  ) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'Log', { ...props, removalPolicy: RemovalPolicy.RETAIN });
    this.document = new CfnDocument(this, 'Document', {
      documentType: 'Session',
      updateMethod: 'NewVersion',
      content: {
        schemaVersion: '1.0',
        description: `A logged shell on the ${host}.`,
        sessionType: 'Standard_Stream',
        inputs: {
          cloudWatchLogGroupName: this.logGroup.logGroupName,
          cloudWatchStreamingEnabled: true,
          // The agent then refuses a session whose log group is not encrypted.
          cloudWatchEncryptionEnabled: props.encryptionKey !== undefined,
          idleSessionTimeout: '20',
        },
      },
    });
    this.ports = new Map(
      Object.entries(forwardedTo).map(([name, server]) => [name, this.portDocument(name, host, server)]),
    );
  }

  /**
   * Leads to that server alone: AWS's own document for it takes any host. What goes through a port is not logged.
   *
   * @see docs/aws-facts.md#ssm-port-session
   */
  private portDocument(name: string, through: string, { host, port }: ForwardedTo): CfnDocument {
    return new CfnDocument(this, `${name.charAt(0).toUpperCase()}${name.slice(1)}Port`, {
      documentType: 'Session',
      updateMethod: 'NewVersion',
      content: {
        schemaVersion: '1.0',
        description: `A port of the operator's machine that leads to ${name}, through the ${through}.`,
        sessionType: 'Port',
        parameters: {
          localPortNumber: {
            type: 'String',
            description: "The port of the operator's machine; 0: any that is free.",
            default: '0',
            allowedPattern: LOCAL_PORT,
          },
        },
        properties: {
          type: 'LocalPortForwarding',
          host,
          portNumber: Tokenization.stringifyNumber(port),
          localPortNumber: '{{ localPortNumber }}',
        },
      },
    });
  }

  /** Logical ids of the documents: of the shell, and of a port for each server. */
  public get logicalIds(): { readonly shell: string; readonly ports: Readonly<Record<string, string>> } {
    return {
      shell: this.document.logicalId,
      ports: Object.fromEntries([...this.ports].map(([name, { logicalId }]) => [name, logicalId])),
    };
  }

  /** The name to pass as `--document-name` to `aws ssm start-session`. */
  public get documentName(): string {
    return this.document.ref;
  }

  /** What the host itself needs for sessions. */
  public hostStatements(): PolicyStatement[] {
    return [
      new PolicyStatement({
        sid: 'SessionManager',
        actions: [
          // The agent looks for the session's log group (docs/aws-facts.md#ssm-list-command-invocations-on-everything).
          'logs:DescribeLogGroups',
          // The instance is not there yet when its role is made.
          'ssm:UpdateInstanceInformation',
          'ssmmessages:CreateControlChannel',
          'ssmmessages:CreateDataChannel',
          'ssmmessages:OpenControlChannel',
          'ssmmessages:OpenDataChannel',
        ],
        resources: ['*'],
      }),
      new PolicyStatement({
        sid: 'SessionLog',
        actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
        resources: [this.logGroup.logGroupArn],
      }),
    ];
  }

  /** Lets them start a session on the instance by the document that logs, and end their own. */
  public grantStart(operators: IIdentity, instanceId: string): Policy {
    const stack = Stack.of(this);
    // Sessions are named after the user who started them.
    const ownSessions = ['userid', 'username'].map((user) =>
      stack.formatArn({ service: 'ssm', resource: 'session', resourceName: `\${aws:${user}}-*` }),
    );
    const policy = attachedPolicy(this, 'Connect', operators, [
      new PolicyStatement({
        actions: ['ssm:StartSession'],
        resources: [
          stack.formatArn({ service: 'ec2', resource: 'instance', resourceName: instanceId }),
          ...[this.document, ...this.ports.values()].map(({ ref }) =>
            stack.formatArn({ service: 'ssm', resource: 'document', resourceName: ref }),
          ),
        ],
        // Without it, a session that names no document opens AWS's own, which logs nowhere (docs/aws-facts.md#ssm-session-document-check).
        conditions: { BoolIfExists: { 'ssm:SessionDocumentAccessCheck': 'true' } },
      }),
      new PolicyStatement({ actions: ['ssm:ResumeSession', 'ssm:TerminateSession'], resources: ownSessions }),
    ]);
    for (const session of ownSessions) {
      acknowledgeWildcard(policy, session, 'A session is named after the user who starts it: each may end their own.');
    }
    return policy;
  }
}
