import { App } from 'aws-cdk-lib';
import { mysqlToAurora } from './mysql-to-aurora';

const app = new App();
// -c converting=true: green comes by a replica on which tables are converted.
mysqlToAurora(app, { converting: `${app.node.tryGetContext('converting')}` === 'true' });
app.synth();
