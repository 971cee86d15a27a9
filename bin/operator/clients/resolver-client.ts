import { SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import { partition } from '@aws-sdk/core/client';
import { makeBuilder } from '@smithy/core/client';
import { getEndpointPlugin } from '@smithy/core/endpoints';
import type { MetadataBearer, StaticOperationSchema } from '@smithy/types';
import {
  type GetConfigRequest,
  type GetConfigResponse,
  GetResolverQueryLogConfig,
  type ListAssociationsRequest,
  type ListAssociationsResponse,
  ListResolverQueryLogConfigAssociations,
  NAMESPACE,
} from '../../../rehearsal/aws/sdk-schemas/route53resolver';

const SERVICE = 'Route53Resolver';
const SIGNED_FOR = 'route53resolver';

interface EndpointParameters {
  readonly Region?: string;
  readonly Endpoint?: string;
}

/**
 * Calls Route 53 Resolver. It speaks as Systems Manager does, AWS JSON 1.1, so that service's client with other names is its
 * client: the SDK's own package of Resolver is of another generation, and would bring all its dependencies along.
 */
export function resolverClient(where: SSMClientConfig): SSMClient {
  const others = {
    endpointProvider: ({ Region = '', Endpoint }: EndpointParameters) => ({
      url: new URL(Endpoint ?? `https://${SIGNED_FOR}.${Region}.${partition(Region).dnsSuffix}`),
    }),
    signingName: SIGNED_FOR,
    protocolSettings: { defaultNamespace: NAMESPACE, errorTypeRegistries: [], serviceTarget: SERVICE },
    serviceId: SERVICE,
  };
  return new SSMClient({ ...where, ...(others as SSMClientConfig) });
}

/** What the SDK's own commands are typed by; a client has it in its configuration. */
interface CarriedBy {
  readonly requestHandler: SSMClient['config']['requestHandler'];
}

const builtIn = (name: string) => ({ type: 'builtInParams' as const, name });
const PARAMETERS = { Endpoint: builtIn('endpoint'), Region: builtIn('region') };

const command = makeBuilder<SSMClient & CarriedBy, object, MetadataBearer>(
  PARAMETERS,
  SERVICE,
  'SSMClient',
  getEndpointPlugin,
);

const call =
  <Input extends object, Output extends object>(name: string, schema: unknown) =>
  async (client: SSMClient, input: Input): Promise<Output> => {
    const Command = command<Input, Output & MetadataBearer>({}, () => [], name, schema as StaticOperationSchema);
    return client.send(new Command(input) as never) as unknown as Promise<Output>;
  };

export const listQueryLogAssociations = call<ListAssociationsRequest, ListAssociationsResponse>(
  'ListResolverQueryLogConfigAssociations',
  ListResolverQueryLogConfigAssociations,
);

export const getQueryLogConfig = call<GetConfigRequest, GetConfigResponse>(
  'GetResolverQueryLogConfig',
  GetResolverQueryLogConfig,
);
