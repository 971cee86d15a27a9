import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { examples } from '../examples';

/** Any example: `-c example=pure-cache`, and `-c migrating=false` for how it looks before and after its migration. */
const app = new App();
const name: string = app.node.tryGetContext('example') ?? 'shared-cache';
const example = examples[name];
if (example === undefined) {
  throw new Error(
    `example: got '${name}'; accepted are ${Object.keys(examples).join(', ')}, e.g. cdk synth -c example=pure-cache.`,
  );
}
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
example(app, { migrating: `${app.node.tryGetContext('migrating') ?? true}` === 'true' });
app.synth();
