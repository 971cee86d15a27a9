/**
 * Writes down what AWS's API models say of the requests that the rehearsal's account takes: lengths, ranges and patterns,
 * which the SDK for JavaScript leaves out of its own schemas. Read from botocore, AWS's SDK for Python, whose wheel has the
 * models of all services (https://pypi.org/project/botocore, Apache-2.0):
 *
 *     pip download botocore --no-deps && unzip botocore-*.whl 'botocore/data/*'
 *     npx tsx scripts/request-constraints.ts botocore/data [ssm:PutParameter …]
 *
 * Operations that are listed already are read again; those named as arguments are added.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

interface Shape {
  readonly type: string;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly member?: { readonly shape: string };
  readonly key?: { readonly shape: string };
  readonly value?: { readonly shape: string };
}

interface Model {
  readonly operations: Readonly<Record<string, { readonly input?: { readonly shape: string } }>>;
  readonly shapes: Readonly<Record<string, Shape>>;
}

interface ServiceConstraints {
  readonly operations: readonly string[];
  /** By structure and member; `[]` are a list's items or a map's values, `{}` a map's keys. */
  readonly members: Readonly<Record<string, string>>;
}

const FILE = join(__dirname, '../rehearsal/aws/sdk-schemas/request-constraints.json');

/** Folders of botocore's data by Step Functions' identifiers, where they differ. */
const FOLDERS: Readonly<Record<string, string>> = {
  applicationautoscaling: 'application-autoscaling',
  cloudwatchlogs: 'logs',
  elasticloadbalancingv2: 'elbv2',
  eventbridge: 'events',
  sfn: 'stepfunctions',
};

/** As good as none. */
const NO_LIMIT = 2 ** 31 - 1;

const [data, ...added] = process.argv.slice(2);
if (data === undefined) throw new Error('Usage: request-constraints.ts BOTOCORE_DATA [SERVICE:Operation …]');
const known: Readonly<Record<string, ServiceConstraints>> = JSON.parse(readFileSync(FILE, 'utf8'));
const services = new Set([...Object.keys(known), ...added.map((each) => each.split(':')[0] ?? '')]);
const written = Object.fromEntries(
  [...services].sort().map((service) => {
    const more = added.filter((each) => each.startsWith(`${service}:`)).map((each) => each.split(':')[1] ?? '');
    const operations = [...new Set([...(known[service]?.operations ?? []), ...more])].sort();
    return [service, { operations, members: membersOf(modelOf(service), operations) }];
  }),
);
writeFileSync(FILE, `${JSON.stringify(written, undefined, 2)}\n`);

function modelOf(service: string): Model {
  const folder = join(data ?? '', FOLDERS[service] ?? service);
  const newest = readdirSync(folder).sort().at(-1) ?? '';
  return JSON.parse(gunzipSync(readFileSync(join(folder, newest, 'service-2.json.gz'))).toString());
}

function membersOf({ operations, shapes }: Model, names: readonly string[]): Record<string, string> {
  const found = new Map<string, string>();
  const visited = new Set<string>();
  const visit = (name: string): void => {
    const shape = shapes[name];
    if (shape === undefined || visited.has(name)) return;
    visited.add(name);
    for (const part of [shape.member, shape.key, shape.value]) if (part !== undefined) visit(part.shape);
    for (const [member, { shape: of }] of Object.entries(shape.members ?? {})) {
      note(`${name}.${member}`, of);
      visit(of);
    }
  };
  const note = (path: string, name: string): void => {
    const shape = shapes[name];
    if (shape === undefined) return;
    const text = constraintText(shape);
    if (text !== '') found.set(path, text);
    const items = shape.member ?? shape.value;
    if (items !== undefined) note(`${path}[]`, items.shape);
    if (shape.key !== undefined) note(`${path}{}`, shape.key.shape);
  };
  for (const name of names) {
    const operation = operations[name];
    if (operation === undefined) throw new Error(`There is no operation ${name}.`);
    if (operation.input !== undefined) visit(operation.input.shape);
  }
  return Object.fromEntries([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `1..255 /[a-z]+/`; what is not said is left out. */
function constraintText({ type, min, max = NO_LIMIT, pattern }: Shape): string {
  const isNumber = ['integer', 'long', 'float', 'double'].includes(type);
  const least = min !== undefined && (isNumber || min > 0) ? min : '';
  const range = least !== '' || max < NO_LIMIT ? `${least}..${max < NO_LIMIT ? max : ''}` : '';
  return [range, pattern === undefined ? '' : `/${pattern}/`].filter((part) => part !== '').join(' ');
}
