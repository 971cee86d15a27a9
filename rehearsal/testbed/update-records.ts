import type { Route53Client } from '@aws-sdk/client-route-53';
import { type RecordEvent, RecordHandler } from '../../lib/cutover/record/handler/record-handler';
import { Refusal } from '../../lib/cutover/record/handler/refusal';
import type { Assembly, Resource } from '../assembly';
import { AwsCallError } from '../aws/call-error';
import type { ControlPlane } from '../aws/control-plane';
import { assumeRole } from '../aws/policy';

export interface UpdateRecordsProps {
  readonly assembly: Assembly;
  readonly plane: ControlPlane;
  /** Where the relay is here, if there is one. @default - as the assembly says */
  readonly relayAddress?: string;
  /** What passes between two looks of the handler. @default - real time */
  readonly sleep?: (ms: number) => Promise<void>;
}

/** What the handler's function says of itself. */
const HANDLER = /^Adopts, updates and collapses weighted records/;

/**
 * An update of every weighted record to what it is already, as any deploy may send one: by the handler itself, with the
 * permissions that it deploys with.
 */
export async function updateRecords({ assembly, plane, relayAddress, sleep }: UpdateRecordsProps): Promise<void> {
  const handler = assembly
    .resources('AWS::Lambda::Function')
    .find((each) => HANDLER.test(String(each.property('Description'))));
  if (handler === undefined) throw new Error('The assembly has no handler of weighted records.');
  const principal = assumeRole(assembly.role(String(handler.property('Role'))), 'handler', {
    service: 'lambda.amazonaws.com',
  });
  const route53 = {
    send: ({ constructor: { name }, input }: { constructor: { name: string }; input: object }) => {
      const command = name.replace(/Command$/, '');
      const action = command.charAt(0).toLowerCase() + command.slice(1);
      return plane.call({ service: 'route53', action, arguments: { ...input }, principal });
    },
  };
  for (const record of assembly.resources('Custom::CutoverRecord')) {
    // One that Route 53 or the handler refuses has changed nothing, and is tried again by the deployer.
    await new RecordHandler(route53 as unknown as Route53Client, sleep)
      .handle(updateOf(record, relayAddress))
      .catch(unlessRefused);
  }
}

function unlessRefused(error: unknown): void {
  if (!(error instanceof AwsCallError || error instanceof Refusal)) throw error;
}

/** CloudFormation makes text of every scalar. */
function updateOf(record: Resource, relayAddress: string | undefined): RecordEvent {
  const properties = JSON.parse(JSON.stringify(record.properties), (_, value) =>
    typeof value === 'number' || typeof value === 'boolean' ? String(value) : value,
  );
  if (properties.RelayAddress !== undefined) properties.RelayAddress = relayAddress ?? properties.RelayAddress;
  return {
    RequestType: 'Update',
    PhysicalResourceId: `${properties.HostedZoneId}/${properties.RecordName}`,
    ResourceProperties: properties,
    OldResourceProperties: properties,
  };
}
