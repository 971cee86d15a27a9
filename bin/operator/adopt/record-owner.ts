import {
  type CloudFormationClient,
  DescribeStackResourcesCommand,
  GetTemplateCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { ifDenied } from '../denied';

const explained = ifDenied(
  'Ask somebody who may cloudformation:DescribeStackResources, ListStackResources and GetTemplate on the stacks of this Region.',
);

/** A record that a stack has made. */
export interface OwnedRecord {
  readonly stack: string;
  readonly logicalId: string;
  /** Whether it stays when the stack lets it go. */
  readonly retains: boolean;
  /** As its template has them. */
  readonly policies: string;
}

/**
 * The stack of this Region that owns a record of the name; undefined where none does. One of an AWS::Route53::RecordSetGroup
 * is not found: a group has an id of its own.
 *
 * @see docs/aws-facts.md#cloudformation-owner-of-resource
 */
export async function ownerOf(cloudformation: CloudFormationClient, name: string): Promise<OwnedRecord | undefined> {
  const plain = name.replace(/\.$/, '');
  for (const id of [plain, `${plain}.`]) {
    const stack = await stackWith(cloudformation, id);
    if (stack === undefined) continue;
    const logicalId = await logicalIdIn(cloudformation, stack, id);
    if (logicalId !== undefined) return ownedRecord(cloudformation, stack, logicalId);
  }
  return undefined;
}

async function stackWith(cloudformation: CloudFormationClient, id: string): Promise<string | undefined> {
  try {
    const { StackResources: [resource] = [] } = await cloudformation.send(
      new DescribeStackResourcesCommand({ PhysicalResourceId: id }),
    );
    return resource?.StackName;
  } catch (error) {
    if (error instanceof Error && error.name === 'ValidationError' && /does not exist/.test(error.message))
      return undefined;
    return explained(error);
  }
}

/** The stack may have more resources than the first answer has. Undefined: it has the record no more, or made something else of that id. */
async function logicalIdIn(
  cloudformation: CloudFormationClient,
  stack: string,
  id: string,
): Promise<string | undefined> {
  try {
    for await (const page of paginateListStackResources({ client: cloudformation }, { StackName: stack })) {
      const found = (page.StackResourceSummaries ?? []).find(
        ({ PhysicalResourceId, ResourceType, ResourceStatus = '' }) =>
          PhysicalResourceId === id &&
          ResourceType === 'AWS::Route53::RecordSet' &&
          !ResourceStatus.startsWith('DELETE_'),
      );
      if (found !== undefined) return found.LogicalResourceId;
    }
    return undefined;
  } catch (error) {
    return explained(error);
  }
}

async function ownedRecord(
  cloudformation: CloudFormationClient,
  stack: string,
  logicalId: string,
): Promise<OwnedRecord> {
  const { TemplateBody: body = '' } = await cloudformation
    .send(new GetTemplateCommand({ StackName: stack, TemplateStage: 'Processed' }))
    .catch(explained);
  const { DeletionPolicy: deleted, UpdateReplacePolicy: replaced } = resourceIn(body, stack, logicalId);
  return {
    stack,
    logicalId,
    retains: deleted === 'Retain' && replaced === 'Retain',
    policies: `DeletionPolicy ${deleted ?? 'Delete'}, UpdateReplacePolicy ${replaced ?? 'Delete'}`,
  };
}

interface DeclaredResource {
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

function resourceIn(body: string, stack: string, logicalId: string): DeclaredResource {
  try {
    const { Resources = {} } = JSON.parse(body) as { readonly Resources?: Readonly<Record<string, DeclaredResource>> };
    return Resources[logicalId] ?? {};
  } catch (error) {
    throw new Error(
      `The template of ${stack}, which owns the record as ${logicalId}, is no JSON. See its DeletionPolicy and UpdateReplacePolicy yourself: aws cloudformation get-template --stack-name ${stack}`,
      { cause: error },
    );
  }
}
