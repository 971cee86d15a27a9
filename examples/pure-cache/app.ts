import { App } from 'aws-cdk-lib';
import { pureCache } from './pure-cache';

const app = new App();
pureCache(app);
app.synth();
