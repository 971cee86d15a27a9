import { App } from 'aws-cdk-lib';
import { memcached } from './memcached';

const app = new App();
memcached(app);
app.synth();
