import { removeTemporaryFolders } from '../rehearsal/assembly/written-assembly';
import { HostOfApp } from './batch/host-of-app';
import { StrangersApp } from './strangers-app';
import { batchHosts, caches, checks, type Part, workloads } from './strangers-parts';

afterAll(removeTemporaryFolders);
beforeAll(() => jest.spyOn(console, 'error').mockImplementation());
afterAll(() => jest.restoreAllMocks());

const app = new StrangersApp();
const parts = [...workloads(app.stack), ...checks(app.stack), ...caches(app), ...batchHosts(new HostOfApp())];

/** What is thrown, or nothing. */
function outcome({ make, required, besides = {} }: Part, props: Readonly<Record<string, unknown>> = {}) {
  try {
    (make as (props: object) => unknown)({ ...required, ...besides, ...props });
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

test.each(parts)('$name of right props is made', (part) => {
  expect(outcome(part)).toBeUndefined();
});

/** Each required property, left out, null, and of another kind, as plain JavaScript may state it. */
const WRONG = parts.flatMap((part) =>
  Object.entries(part.required).flatMap(([prop, right]) =>
    [undefined, null, typeof right === 'string' ? 42 : 'text'].map((value) => ({ part, of: part.name, prop, value })),
  ),
);

test.each(WRONG)('$of is told that its $prop is $value', ({ part, prop, value }) => {
  const error = outcome(part, { [prop]: value });
  expect(error).not.toBeInstanceOf(TypeError);
  expect(error?.message).toMatch(/\bgot\b/);
  expect(error?.message).toMatch(new RegExp(`\\b${prop}\\b`));
  expect(error?.message).toMatch(new RegExp(`got .*\\b${value}\\b`));
});
