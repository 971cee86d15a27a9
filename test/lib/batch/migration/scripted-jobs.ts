import { type Json, parseDefinition } from '../../../../rehearsal/states-language';

/** What an execution of a job ends with. */
export type JobScript = (input: { readonly action: string; readonly job: string }) => Promise<ScriptedEnd>;
type ScriptedEnd = { readonly output: Json } | { readonly error: string; readonly cause: string };

/** One task that the script performs. */
export const SCRIPTED = parseDefinition({
  QueryLanguage: 'JSONata',
  StartAt: 'End as scripted',
  States: {
    'End as scripted': {
      Type: 'Task',
      Resource: 'arn:aws:states:::aws-sdk:ssm:getParameters',
      Arguments: { Names: ['script'] },
      Assign: { end: '{% $states.result %}' },
      Next: 'Well?',
    },
    'Well?': {
      Type: 'Choice',
      Choices: [{ Condition: '{% $exists($end.error) %}', Next: 'Fail' }],
      Default: 'Succeed',
    },
    Fail: { Type: 'Fail', Error: '{% $end.error %}', Cause: '{% $end.cause %}' },
    Succeed: { Type: 'Succeed', Output: '{% $end.output %}' },
  },
});
