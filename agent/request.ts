import { z } from 'zod';
import type { AgentRequest, VerbName, Verbs } from '../contract/agent';
import { AgentError } from './errors';
import { verbNames, verbs } from './verbs';

/** Reads what a task asks for. Throws `Agent.BadRequest`, with what was got and what is accepted. */
export function parseRequest(text: string): AgentRequest {
  return checkRequest(parseJson(text));
}

/** Throws `Agent.BadRequest`, with what was got and what is accepted. */
export function checkRequest(value: unknown): AgentRequest {
  const { verb, args } = parse(z.strictObject({ verb: z.string(), args: z.unknown() }), value, 'The task');
  if (!isVerb(verb)) {
    throw badRequest(`There is no verb ${quote(verb)}; there are: ${verbNames.join(', ')}.`);
  }
  return { verb, args: parseArguments(verb, args) };
}

function parseArguments<V extends VerbName>(verb: V, args: unknown): Verbs[V]['args'] {
  return parse(verbs[verb].arguments, args, verb);
}

function isVerb(name: string): name is VerbName {
  return Object.hasOwn(verbs, name);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest(`The task's input is not JSON but ${quote(text)}; accepted is { "verb": …, "args": {…} }.`);
  }
}

function parse<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => {
    const where = issue.path.length === 0 ? '' : `"${issue.path.join('.')}" `;
    const input = at(value, issue.path);
    const got = input === undefined ? 'nothing' : quote(input);
    return `${where}${lowerFirst(issue.message)}, got ${got}`;
  });
  throw badRequest(`${what}: ${faults.join('; ')}.`);
}

function at(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((inner, key) => {
    return typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined;
  }, value);
}

function badRequest(message: string): AgentError {
  return new AgentError('Agent.BadRequest', message);
}

/** Short enough for a sentence, whatever was sent. */
function quote(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
