import { App } from 'aws-cdk-lib';
import { CachesStack } from './caches-stack';
import { MigrationStack } from './migration-stack';
import { namesOf, SCENARIOS } from './scenario';

/** One night's app: `-c scenario=cold`. Of no account and Region: with them, the CDK would ask for Availability Zones first. */
const app = new App();
const scenario = SCENARIOS.find((name) => name === app.node.tryGetContext('scenario'));
if (scenario === undefined) throw new Error(`scenario: accepted are ${SCENARIOS.join(', ')}.`);
const [caches, migration] = namesOf(scenario).stacks;
new MigrationStack(app, migration, { scenario, caches: new CachesStack(app, caches) });
app.synth();
