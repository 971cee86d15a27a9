import { jsonWire } from './json-wire';
import { queryWire } from './query-wire';
import { restJsonWire } from './rest-json-wire';
import { restXmlWire } from './rest-xml-wire';
import type { Wire } from './wire';

/** How each service's requests and answers are written, by Step Functions' identifier. */
export const WIRES: Readonly<Record<string, Wire>> = {
  applicationautoscaling: jsonWire('1.1'),
  cloudformation: queryWire({ xmlNamespace: 'http://cloudformation.amazonaws.com/doc/2010-05-15/', names: 'query' }),
  cloudwatch: jsonWire('1.0'),
  cloudwatchlogs: jsonWire('1.1'),
  ec2: queryWire({ xmlNamespace: 'http://ec2.amazonaws.com/doc/2016-11-15/', names: 'ec2' }),
  ecs: jsonWire('1.1'),
  elasticache: queryWire({ xmlNamespace: 'http://elasticache.amazonaws.com/doc/2015-02-02/', names: 'query' }),
  eventbridge: jsonWire('1.1'),
  iam: queryWire({ xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/', names: 'query' }),
  kms: jsonWire('1.1'),
  lambda: restJsonWire(),
  rds: queryWire({ xmlNamespace: 'http://rds.amazonaws.com/doc/2014-10-31/', names: 'query' }),
  route53: restXmlWire('https://route53.amazonaws.com/doc/2013-04-01/'),
  route53resolver: jsonWire('1.1'),
  scheduler: restJsonWire(),
  secretsmanager: jsonWire('1.1'),
  sfn: jsonWire('1.0'),
  sns: queryWire({ xmlNamespace: 'http://sns.amazonaws.com/doc/2010-03-31/', names: 'query' }),
  ssm: jsonWire('1.1'),
  sts: queryWire({ xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/', names: 'query' }),
};
