import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, type AppProps, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { type IVpc, Vpc } from 'aws-cdk-lib/aws-ec2';
import { BatchHost, type BatchHostProps, type BatchJob } from '../../../lib';
import { temporaryFolder } from '../../rehearsal/assembly/written-assembly';

export const JOB: BatchJob = { name: 'orders', schedule: '*/5 * * * *', command: 'bin/orders.sh', user: 'root' };

/** An app with one batch host. */
export class HostOfApp {
  readonly app: App;
  readonly stack: Stack;
  readonly vpc: IVpc;

  constructor(props: AppProps = {}) {
    this.app = new App({ outdir: temporaryFolder(), ...props });
    this.stack = new Stack(this.app, 'Shop', { env: { account: '111122223333', region: 'eu-west-1' } });
    this.vpc = Vpc.fromVpcAttributes(this.stack, 'Vpc', {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ['eu-west-1a'],
      privateSubnetIds: ['subnet-0123456789abcdef0'],
      privateSubnetRouteTableIds: ['rtb-0123456789abcdef0'],
      publicSubnetIds: ['subnet-0123456789abcdef1'],
      publicSubnetRouteTableIds: ['rtb-0123456789abcdef1'],
    });
  }

  host(props: Partial<BatchHostProps> = {}, id = 'Batch'): BatchHost {
    return new BatchHost(this.stack, id, { vpc: this.vpc, jobs: [JOB], ...props });
  }

  /** With one job, of which something is otherwise. */
  job(more: Partial<BatchJob>, props: Partial<BatchHostProps> = {}): BatchHost {
    return this.host({ ...props, jobs: [{ ...JOB, ...more }] });
  }

  template(): Template {
    return Template.fromStack(this.stack);
  }

  /** Everything that is deployed, or put into a bucket, as text. */
  written(): string {
    const { directory } = this.app.synth();
    return readdirSync(directory, { recursive: true })
      .map((file) => join(directory, String(file)))
      .filter((file) => /\.(json|sh)$/.test(file) && existsSync(file))
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
  }

  definitions(): string {
    const { directory } = this.app.synth();
    const [asset = ''] = readdirSync(directory).filter((name) => existsSync(join(directory, name, 'definitions.json')));
    return readFileSync(join(directory, asset, 'definitions.json'), 'utf8');
  }
}
