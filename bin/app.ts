import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { examples, hosts } from '../examples';

/**
 * Any example: `-c example=pure-cache`, and `-c migrating=false` for how it looks before and after its migration.
 * `-c converting=true` gives mysql-to-aurora a converting replica.
 */
const app = new App();
const name: string = app.node.tryGetContext('example') ?? 'shared-cache';
const all = { ...examples, ...hosts };
const example = all[name];
if (example === undefined) {
  throw new Error(
    `example: got '${name}'; accepted are ${Object.keys(all).join(', ')}, e.g. cdk synth -c example=pure-cache.`,
  );
}
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
const isSaid = (key: string, otherwise: boolean) => `${app.node.tryGetContext(key) ?? otherwise}` === 'true';
example(app, { migrating: isSaid('migrating', true), converting: isSaid('converting', false) });
app.synth();
