/**
 * The spelling of the AWS SDK for Java 2, which Step Functions' `aws-sdk:` integrations use for actions, parameters,
 * results and errors. The rules are those of the SDK's code generator (aws-sdk-java-v2, module `codegen`:
 * `internal/Utils`, `naming/DefaultNamingStrategy`; module `utils`: `CodegenNamingUtils`).
 *
 * @see docs/aws-facts.md#sfn-sdk-java-names
 */

/** Java words and method names that the generator may not use for a member; it appends `Value` to such names. */
const RESERVED = new Set(
  (
    'abstract assert boolean break byte case catch char class const continue default do double else enum extends false ' +
    'final finally float for goto if implements import instanceof int interface long native new null package private ' +
    'protected public return short static strictfp super switch synchronized this throw throws transient true try void ' +
    'volatile while ' +
    'equals finalize getClass hashCode notify notifyAll toString wait builder sdkFields toBuilder overrideConfiguration ' +
    'sdkHttpResponse'
  ).split(' '),
);

const isUpper = (character: string | undefined) => character !== undefined && /[A-Z]/.test(character);
const isLower = (character: string | undefined) => character !== undefined && /[a-z]/.test(character);

/** `DBClusterIdentifier` → `dbClusterIdentifier`, `TTL` → `ttl`, `SourceDBClusterIdentifier` → `sourceDBClusterIdentifier`. */
function unCapitalize(name: string): string {
  let end = 1;
  while (end < name.length && isUpper(name[end]) && !isLower(name[end + 1])) {
    end += 1;
  }
  return name.slice(0, end).toLowerCase() + name.slice(end);
}

const capitalize = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);

/** The action as it stands in the resource ARN: the Java client's method, e.g. `describeDBClusters`. */
export function actionName(operation: string): string {
  return unCapitalize(operation);
}

/** A parameter or a member of a result, e.g. `TTL` → `Ttl`, `desiredCount` → `DesiredCount`, `Equals` → `EqualsValue`. */
export function memberName(member: string): string {
  const name = unCapitalize(member);
  return capitalize(RESERVED.has(name) || RESERVED.has(name.toLowerCase()) ? `${name}Value` : name);
}

function words(name: string): string[] {
  return name
    .replace(/[^A-Za-z0-9]+/g, ' ')
    .replace(/([^a-z]{2,})v([0-9]+)/g, '$1 v$2 ')
    .replace(/([^A-Z]{2,})V([0-9]+)/g, '$1 V$2 ')
    .replace(/(?<=[a-z])(?=[A-Z][a-zA-Z0-9])/g, ' ')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replace(/([0-9])([a-zA-Z])/g, '$1 $2')
    .trim()
    .split(/ +/);
}

const pascalCase = (name: string) =>
  words(name)
    .map((word) => capitalize(word.toLowerCase()))
    .join('');

/** The part of an error name before the dot: `Route 53` → `Route53`, `SSM` → `Ssm`, `ElastiCache` → `ElastiCache`. */
export function serviceClassName(serviceId: string): string {
  return pascalCase(serviceId)
    .replace(/^Amazon/, '')
    .replace(/^Aws/, '')
    .replace(/Service$/, '');
}

/** The part after the dot: `DBClusterNotFoundFault` → `DbClusterNotFoundException`, `ParameterNotFound` → `ParameterNotFoundException`. */
export function exceptionClassName(errorShape: string): string {
  const stem = errorShape.replace(/Fault$/, '');
  return stem.endsWith('Exception') ? pascalCase(stem) : `${pascalCase(stem)}Exception`;
}
