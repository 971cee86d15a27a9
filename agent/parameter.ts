import { GetParameterCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm';

/** What an SSM parameter holds, and since when. */
export interface ParameterValue {
  readonly value: string;
  readonly since: Date;
}

/** `undefined` where there is no such parameter. Rejects with the SDK's error otherwise. */
export async function readParameter(name: string): Promise<ParameterValue | undefined> {
  const client = new SSMClient();
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: name }));
    return { value: Parameter?.Value ?? '', since: Parameter?.LastModifiedDate ?? new Date(0) };
  } catch (error) {
    if (error instanceof ParameterNotFound) return undefined;
    throw error;
  } finally {
    client.destroy();
  }
}
