import { setTimeout as sleep } from 'node:timers/promises';
import {
  type CloudFormationClient,
  DeleteStackCommand,
  DescribeStacksCommand,
  ListStackResourcesCommand,
  type StackResourceSummary,
} from '@aws-sdk/client-cloudformation';
import type { Pace } from '../night/observed';

const NOT_THERE = /does not exist/;

/**
 * Deletes a stack, and gives what of it is left: kept on purpose, or not deleted.
 *
 * @throws Error where it is not over in time
 */
export async function deleteStack(cloudformation: CloudFormationClient, name: string, pace: Pace): Promise<string[]> {
  const id = await idOf(cloudformation, name);
  if (id === undefined) return [];
  await cloudformation.send(new DeleteStackCommand({ StackName: id }));
  const deadline = Date.now() + pace.runMs;
  while (Date.now() < deadline) {
    const { Stacks = [] } = await cloudformation.send(new DescribeStacksCommand({ StackName: id }));
    const status = Stacks[0]?.StackStatus;
    if (status === 'DELETE_COMPLETE' || status === 'DELETE_FAILED') return leftOf(cloudformation, id);
    await sleep(pace.pollMs);
  }
  throw new Error(`The stack ${name} is not deleted after ${pace.runMs / 60_000} minutes.`);
}

async function idOf(cloudformation: CloudFormationClient, name: string): Promise<string | undefined> {
  try {
    const { Stacks = [] } = await cloudformation.send(new DescribeStacksCommand({ StackName: name }));
    return Stacks[0]?.StackId;
  } catch (error) {
    if (error instanceof Error && NOT_THERE.test(error.message)) return undefined;
    throw error;
  }
}

/** By the stack's id, under which it can be asked of when it is gone. */
async function leftOf(cloudformation: CloudFormationClient, id: string): Promise<string[]> {
  const all: StackResourceSummary[] = [];
  let NextToken: string | undefined;
  do {
    const page = await cloudformation.send(new ListStackResourcesCommand({ StackName: id, NextToken }));
    all.push(...(page.StackResourceSummaries ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return all
    .filter(({ ResourceStatus }) => ResourceStatus !== 'DELETE_COMPLETE')
    .map(
      (resource) =>
        `${resource.ResourceType} ${resource.PhysicalResourceId ?? resource.LogicalResourceId} (${resource.ResourceStatus})`,
    );
}
