import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { queryLogCode } from '../../../../bin/operator/clients/query-log-code';
import { temporaryFolder } from '../../../rehearsal/assembly/written-assembly';

/** Does what the code says, in a stack of its own. */
function synthesized(code: string): Template {
  const stack = new Stack(new App({ outdir: temporaryFolder() }), 'Queries');
  const imported: Record<string, unknown> = {};
  const body = code.replace(/^import \{([^}]+)\} from '([^']+)';\n/gm, (_whole, names: string, module: string) => {
    const from: Record<string, unknown> = jest.requireActual(module);
    for (const name of names.split(',').map((each) => each.trim())) if (name !== '') imported[name] = from[name];
    return '';
  });
  new Function(...Object.keys(imported), body).apply(stack, Object.values(imported));
  return Template.fromStack(stack);
}

test('the code that is printed turns on the log of that VPC', () => {
  const template = synthesized(queryLogCode('vpc-0123456789abcdef0'));
  const [log = ''] = Object.keys(template.findResources('AWS::Logs::LogGroup'));
  const [config = ''] = Object.keys(template.findResources('AWS::Route53Resolver::ResolverQueryLoggingConfig'));
  template.hasResourceProperties('AWS::Route53Resolver::ResolverQueryLoggingConfig', {
    DestinationArn: { 'Fn::GetAtt': [log, 'Arn'] },
  });
  template.hasResourceProperties('AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation', {
    ResourceId: 'vpc-0123456789abcdef0',
    ResolverQueryLogConfigId: { 'Fn::GetAtt': [config, 'Id'] },
  });
});
