import type {
  StartSessionRequest,
  StartSessionResponse,
  TerminateSessionRequest,
  TerminateSessionResponse,
} from '@aws-sdk/client-ssm';
import type { Assembly } from '../../assembly';
import { AwsError } from '../aws-error';
import { type AwsEnvironment, arnOf } from '../environment';
import { userIdOf } from '../policy';
import type { Operation } from '../service';
import type { ManagedInstances } from './managed-instances';

export interface SessionsProps {
  readonly environment: AwsEnvironment;
  readonly instances: ManagedInstances;
  /** Names of the account's Session documents. */
  readonly documents: ReadonlySet<string>;
}

/** What a session is opened with where none is named. @see docs/aws-facts.md#ssm-session-document-check */
const DEFAULT_DOCUMENT = 'SSM-SessionManagerRunShell';

/** Session Manager, up to where a client opens the data channel: there is none here. */
export class Sessions {
  /** Who has a session open, by its id. */
  readonly open = new Map<string, StartSessionRequest>();

  constructor(private readonly props: SessionsProps) {}

  /** A session is called after who started it. @see docs/aws-facts.md#ssm-start-session */
  private readonly startSession: Operation<StartSessionRequest, StartSessionResponse> = {
    needs: ({ Target: target = '', DocumentName: document }) => {
      const action = 'ssm:StartSession';
      const { environment } = this.props;
      return [
        {
          action,
          resources: [
            arnOf(environment, 'ec2', `instance/${target}`),
            arnOf(environment, 'ssm', `document/${document ?? DEFAULT_DOCUMENT}`),
          ],
        },
      ];
    },
    run: (request, { principal }) => {
      const { Target: target = '', DocumentName: document = DEFAULT_DOCUMENT } = request;
      const { documents, environment, instances } = this.props;
      if (document !== DEFAULT_DOCUMENT && !documents.has(document)) {
        throw new AwsError('InvalidDocument', `Document with name ${document} does not exist.`);
      }
      if (!instances.isOnline(target)) throw new AwsError('TargetNotConnected', `${target} is not connected.`);
      const id = `${userIdOf(principal)}-${environment.ids.hex(17)}`;
      this.open.set(id, request);
      return {
        SessionId: id,
        StreamUrl: `wss://ssmmessages.${environment.region}.amazonaws.com/v1/data-channel/${id}?role=publish_subscribe`,
        TokenValue: environment.ids.hex(64),
      };
    },
  };

  private readonly terminateSession: Operation<TerminateSessionRequest, TerminateSessionResponse> = {
    needs: ({ SessionId: id = '' }, principal) => [
      {
        action: 'ssm:TerminateSession',
        resources: [arnOf(this.props.environment, 'ssm', `session/${id}`)],
        context: { 'aws:userid': userIdOf(principal) },
      },
    ],
    run: ({ SessionId: id = '' }) => {
      this.open.delete(id);
      return { SessionId: id };
    },
  };

  readonly operations = { startSession: this.startSession, terminateSession: this.terminateSession };
}

/** Names of the Session documents (AWS::SSM::Document) of an assembly. */
export function sessionDocumentsOf(assembly: Pick<Assembly, 'resources'>): ReadonlySet<string> {
  return new Set(
    assembly
      .resources('AWS::SSM::Document')
      .filter((resource) => resource.property('DocumentType') === 'Session')
      .map((resource) => String(resource.physicalId)),
  );
}
