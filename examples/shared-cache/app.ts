import { App } from 'aws-cdk-lib';
import { sharedCache } from './shared-cache';

const app = new App();
sharedCache(app);
app.synth();
