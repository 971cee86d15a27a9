import {
  GatewayVpcEndpoint,
  GatewayVpcEndpointAwsService,
  type IConnectable,
  InterfaceVpcEndpoint,
  InterfaceVpcEndpointAwsService,
  type IVpc,
  Port,
} from 'aws-cdk-lib/aws-ec2';
import { Construct } from 'constructs';

export interface HostEndpointsProps {
  readonly vpc: IVpc;
  readonly client: IConnectable;
}

/**
 * What a host without a way to the internet needs: Session Manager, its tasks, its configuration and credentials, its
 * log, Amazon Linux's repositories, which lie in S3, and CloudFormation, which waits for a new host to be ready.
 *
 * @see docs/aws-facts.md#cloudformation-signal
 */
export class HostEndpoints extends Construct {
  constructor(scope: Construct, id: string, props: HostEndpointsProps) {
    super(scope, id);
    const services = {
      Ssm: InterfaceVpcEndpointAwsService.SSM,
      SsmMessages: InterfaceVpcEndpointAwsService.SSM_MESSAGES,
      StepFunctions: InterfaceVpcEndpointAwsService.STEP_FUNCTIONS,
      SecretsManager: InterfaceVpcEndpointAwsService.SECRETS_MANAGER,
      Logs: InterfaceVpcEndpointAwsService.CLOUDWATCH_LOGS,
      CloudFormation: InterfaceVpcEndpointAwsService.CLOUDFORMATION,
    };
    for (const [name, service] of Object.entries(services)) {
      const endpoint = new InterfaceVpcEndpoint(this, name, { vpc: props.vpc, service, open: false });
      endpoint.connections.allowFrom(props.client, Port.tcp(443), 'From the migration host');
    }
    new GatewayVpcEndpoint(this, 'S3', { vpc: props.vpc, service: GatewayVpcEndpointAwsService.S3 });
  }
}
