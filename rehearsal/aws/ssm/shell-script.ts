import type { CommandDocument } from './document';
import type { ParameterValues } from './document-parameters';

/** What the agent on a machine is to run. */
export interface ShellScript {
  readonly text: string;
  /** `SSM_<parameter>`. */
  readonly environment: Readonly<Record<string, string>>;
  /** Empty: the agent's own. */
  readonly workingDirectory: string;
  /** After so long the script is killed. */
  readonly timeoutSeconds: number;
}

/** Older agents know nothing of `interpolationType`. @see https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-troubleshooting.html */
const FIRST_WITH_ENVIRONMENT = [3, 3, 2746];

/**
 * What an agent makes of a document. `{{ name }}` is pasted into the text as it is, quotes and all, also where the same
 * value stands in the environment: that is what makes a fallback for older agents dangerous without an allowedPattern.
 */
export function shellScript(document: CommandDocument, values: ParameterValues, agentVersion: string): ShellScript {
  const paste = (text: string) => pasteValues(text, values);
  const { lines, timeoutSeconds, workingDirectory } = document.step;
  return {
    text: `${lines.flatMap((line) => pasteLine(line, values)).join('\n')}\n`,
    environment: knowsEnvironment(agentVersion) ? environmentOf(document, values) : {},
    workingDirectory: paste(workingDirectory),
    timeoutSeconds: Number(paste(timeoutSeconds)),
  };
}

/** A line that is nothing but a list parameter becomes as many lines as the list has. */
function pasteLine(line: string, values: ParameterValues): readonly string[] {
  const alone = /^{{\s*([a-zA-Z0-9]+)\s*}}$/.exec(line)?.[1];
  const value = alone === undefined ? undefined : values[alone];
  return Array.isArray(value) ? value : [pasteValues(line, values)];
}

function pasteValues(text: string, values: ParameterValues): string {
  return text.replace(/{{\s*([a-zA-Z0-9]+)\s*}}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : typeof value === 'string' ? value : JSON.stringify(value);
  });
}

function environmentOf(document: CommandDocument, values: ParameterValues): Record<string, string> {
  return Object.fromEntries(
    Object.entries(document.parameters)
      .filter(([, { inEnvironment }]) => inEnvironment)
      .map(([name]) => [`SSM_${name}`, String(values[name])]),
  );
}

function knowsEnvironment(agentVersion: string): boolean {
  const parts = agentVersion.split('.').map(Number);
  for (const [index, wanted] of FIRST_WITH_ENVIRONMENT.entries()) {
    const difference = (parts[index] ?? 0) - wanted;
    if (difference !== 0) return difference > 0;
  }
  return true;
}
