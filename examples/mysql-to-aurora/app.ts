import { App } from 'aws-cdk-lib';
import { mysqlToAurora } from './mysql-to-aurora';

const app = new App();
mysqlToAurora(app);
app.synth();
