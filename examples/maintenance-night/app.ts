import { App } from 'aws-cdk-lib';
import { maintenanceNight } from './maintenance-night';

const app = new App();
maintenanceNight(app);
app.synth();
