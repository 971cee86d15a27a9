import { Command } from 'commander';
import { type Connect, type Output, print } from './command';

interface AdoptOptions extends Output {
  readonly app?: string;
}

/** Something is left to do: everything else that goes wrong is 1. */
const NOT_DONE = 2;

export function adoptCommand(connect: Connect): Command {
  return new Command('adopt')
    .description('what has to be done before the migration can adopt today’s record, and what of it is done')
    .argument('<migration>', 'its name')
    .option('--app <folder>', 'your cloud assembly, before the migration is deployed: cdk synth -o <folder>')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
It changes nothing. It reads the record in Route 53, and of CloudFormation which stack of this Region owns it. A record in an
AWS::Route53::RecordSetGroup, and one that something else than CloudFormation makes, has no owner that it can see.
Exit code: 0 when all is done, ${NOT_DONE} when something is left to do, 1 when it could not be told. Examples:
  cutover adopt sessions --app cdk.out
  cutover adopt sessions`,
    )
    .action(async (migration: string, options: AdoptOptions) => {
      const { adopt } = await import('../operator/adopt/adopt.js');
      const steps = await adopt(await connect(), migration, options.app);
      print(steps, options);
      if (steps.some(({ done }) => done !== 'yes')) process.exitCode = NOT_DONE;
    });
}
