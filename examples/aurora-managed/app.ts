import { App } from 'aws-cdk-lib';
import { auroraManaged } from './aurora-managed';

const app = new App();
auroraManaged(app);
app.synth();
