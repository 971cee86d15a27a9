import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { examples } from '../examples';

const app = new App();
const name = app.node.tryGetContext('example') ?? 'shared-cache';
const example = examples[name];
if (example === undefined) {
  throw new Error(
    `example: got '${name}'; accepted are ${Object.keys(examples).join(', ')}, e.g. cdk synth -c example=pure-cache.`,
  );
}
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
example(app);
app.synth();
