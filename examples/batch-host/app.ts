import { App } from 'aws-cdk-lib';
import { batchHost } from './batch-host';

const app = new App();
batchHost(app);
app.synth();
