import { App } from 'aws-cdk-lib';
import { auroraPostgres } from './aurora-postgres';

const app = new App();
auroraPostgres(app);
app.synth();
