import { Token } from 'aws-cdk-lib';
import { ValidationError } from '../../validation-error';

/** The full name of a record that was given with or without its zone. @throws if it cannot stand in the zone */
export function qualifiedName(recordName: string, zoneName: string): string {
  if (Token.isUnresolved(recordName)) return recordName;
  const name = recordName.replace(/\.$/, '');
  if (name === '' || name === '@' || (!Token.isUnresolved(zoneName) && name.toLowerCase() === zoneName.toLowerCase())) {
    throw new ValidationError(
      `recordName: got '${recordName}', the apex of the zone ${zoneName}; a CNAME cannot stand there. Choose a name below it, e.g. 'sessions'.`,
    );
  }
  if (!/^[\w-]{1,63}(\.[\w-]{1,63})*$/.test(name)) {
    throw new ValidationError(
      `recordName: got '${recordName}'; accepted are labels of 1 to 63 letters, digits, '-' and '_' with dots between, e.g. 'sessions'.`,
    );
  }
  if (!Token.isUnresolved(zoneName) && name.toLowerCase().endsWith(`.${zoneName.toLowerCase()}`)) return name;
  if (recordName.endsWith('.') && !Token.isUnresolved(zoneName)) {
    throw new ValidationError(
      `recordName: got '${recordName}', a full name outside the zone ${zoneName}; accepted is one below it. Leave the trailing dot out, or state the zone that it belongs to.`,
    );
  }
  return `${name}.${zoneName}`;
}
