import { AwsError, NotRehearsedError } from '../aws-error';

/** A parameter that a document declares. */
export interface DocumentParameter {
  readonly type: 'String' | 'StringList' | 'Boolean' | 'Integer';
  readonly default?: string | readonly string[];
  readonly allowedPattern?: RegExp;
  readonly allowedValues?: readonly string[];
  readonly minChars?: number;
  readonly maxChars?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** Whether the script finds the value in its environment, as `SSM_<name>`. */
  readonly inEnvironment: boolean;
}

/** A Command document of one shell script. */
export interface CommandDocument {
  readonly name: string;
  readonly parameters: Readonly<Record<string, DocumentParameter>>;
  readonly step: {
    readonly name: string;
    /** Each with its `{{ parameters }}` still in it. */
    readonly lines: readonly string[];
    readonly timeoutSeconds: string;
    readonly workingDirectory: string;
  };
}

type Fields = Readonly<Record<string, unknown>>;

const LARGEST = 64 * 1024;
const NAME = /^[a-zA-Z0-9_\-.]{3,128}$/;
/** The agent leaves out a parameter of any other name. @see https://github.com/aws/amazon-ssm-agent (docparser/parameters) */
const PARAMETER_NAME = /^[a-zA-Z0-9]+$/;
const TYPES = ['String', 'StringList', 'Boolean', 'Integer', 'StringMap', 'MapList'];
const STEP_MEMBERS = ['action', 'name', 'inputs', 'precondition', 'description'];
const INPUTS = ['runCommand', 'timeoutSeconds', 'workingDirectory'];

/**
 * Reads a document's content, as CreateDocument does.
 *
 * @throws AwsError where Systems Manager refuses it; NotRehearsedError where it would not, and this cannot run it.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/documents-syntax-data-elements-parameters.html
 */
export function commandDocument(name: string, content: unknown): CommandDocument {
  if (!NAME.test(name)) {
    throw new AwsError('ValidationException', `The document name ${name} must match ${NAME.source}.`);
  }
  if (!isFields(content)) {
    throw invalid(`The content of ${name} must be an object.`);
  }
  const size = Buffer.byteLength(JSON.stringify(content));
  if (size > LARGEST) {
    throw new AwsError('MaxDocumentSizeExceeded', `The document ${name} has ${size} bytes; at most ${LARGEST} fit.`);
  }
  if (content.schemaVersion !== '2.2') {
    throw content.schemaVersion === '1.2' || content.schemaVersion === '2.0'
      ? new NotRehearsedError(`The document ${name} of schema ${content.schemaVersion}`)
      : new AwsError(
          'InvalidDocumentSchemaVersion',
          `The document ${name} has the schema version ${JSON.stringify(content.schemaVersion)}; Command documents have "2.2".`,
        );
  }
  const declared = content.parameters ?? {};
  if (!isFields(declared)) {
    throw invalid(`The parameters of ${name} must be an object.`);
  }
  return {
    name,
    parameters: Object.fromEntries(
      Object.entries(declared).map(([parameter, value]) => [parameter, readParameter(parameter, value)]),
    ),
    step: readStep(name, content.mainSteps),
  };
}

function readParameter(name: string, value: unknown): DocumentParameter {
  if (!PARAMETER_NAME.test(name)) {
    throw invalid(`The parameter name ${name} must match ${PARAMETER_NAME.source}.`);
  }
  if (!isFields(value) || !TYPES.includes(String(value.type))) {
    throw invalid(`The parameter ${name} needs a type; accepted are ${TYPES.join(', ')}.`);
  }
  const { type, interpolationType } = value;
  if (type !== 'String' && type !== 'StringList' && type !== 'Boolean' && type !== 'Integer') {
    throw new NotRehearsedError(`The parameter ${name} of type ${String(type)}`);
  }
  if (interpolationType !== undefined && interpolationType !== 'ENV_VAR' && interpolationType !== 'SIMPLE') {
    throw invalid(`The parameter ${name} has the interpolationType ${String(interpolationType)}; accepted is ENV_VAR.`);
  }
  if (interpolationType === 'ENV_VAR' && type !== 'String') {
    throw invalid(`The parameter ${name} is a ${type}; interpolationType is for String parameters alone.`);
  }
  if (JSON.stringify(value.default ?? '').includes('{{')) {
    throw new NotRehearsedError(`The parameter ${name} whose default comes from Parameter Store`);
  }
  return {
    type,
    ...(value.default !== undefined && {
      default: Array.isArray(value.default) ? value.default.map(String) : String(value.default),
    }),
    ...(value.allowedPattern !== undefined && { allowedPattern: readPattern(name, String(value.allowedPattern)) }),
    ...(Array.isArray(value.allowedValues) && { allowedValues: value.allowedValues.map(String) }),
    ...numbersOf(value, ['minChars', 'maxChars', 'minItems', 'maxItems']),
    inEnvironment: interpolationType === 'ENV_VAR',
  };
}

function numbersOf<Name extends string>(value: Fields, names: readonly Name[]): Partial<Record<Name, number>> {
  const given: Partial<Record<Name, number>> = {};
  for (const name of names) {
    if (value[name] !== undefined) given[name] = Number(value[name]);
  }
  return given;
}

function readPattern(name: string, pattern: string): RegExp {
  try {
    return new RegExp(pattern);
  } catch (error) {
    throw invalid(`The allowedPattern of ${name} is no regular expression: ${(error as Error).message}`);
  }
}

function readStep(document: string, steps: unknown): CommandDocument['step'] {
  if (!Array.isArray(steps) || steps.length === 0) {
    throw invalid(`The document ${document} has no mainSteps.`);
  }
  const [step]: unknown[] = steps;
  if (!isFields(step) || !isFields(step.inputs) || typeof step.name !== 'string') {
    throw invalid(`A step of ${document} needs action, name and inputs.`);
  }
  if (steps.length > 1 || step.action !== 'aws:runShellScript') {
    throw new NotRehearsedError(`The document ${document}, which is more than one aws:runShellScript,`);
  }
  const unknown = [
    ...Object.keys(step).filter((member) => !STEP_MEMBERS.includes(member)),
    ...Object.keys(step.inputs).filter((input) => !INPUTS.includes(input)),
  ];
  if (unknown.length > 0) {
    throw new NotRehearsedError(`The document ${document} with ${unknown.join(', ')} in its step`);
  }
  const { runCommand, timeoutSeconds = '3600', workingDirectory = '' } = step.inputs;
  if (typeof runCommand !== 'string' && !Array.isArray(runCommand)) {
    throw invalid(`The step ${step.name} of ${document} has no runCommand.`);
  }
  return {
    name: step.name,
    lines: [runCommand].flat().map(String),
    timeoutSeconds: String(timeoutSeconds),
    workingDirectory: String(workingDirectory),
  };
}

const invalid = (message: string) => new AwsError('InvalidDocumentContent', message);

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
