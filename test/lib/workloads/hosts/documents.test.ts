import { spawnSync } from 'node:child_process';
import { Workload } from '../../../../lib';
import { AGENT_VERSION } from '../../../../rehearsal/aws/ssm/managed-instances';
import { shellScript } from '../../../../rehearsal/aws/ssm/shell-script';
import { removeTemporaryFolders } from '../../../rehearsal/assembly/written-assembly';
import { deployedDocuments } from './deployed-documents';

afterAll(removeTemporaryFolders);

const instances = { role: 'batch' };
const documents = deployedDocuments(() => [
  Workload.supervisorProgram({ program: 'queue-watcher', instances, keepRunning: 1 }),
  Workload.systemdUnit({ unit: 'mailer', instances }),
  Workload.command({ name: 'crawlers', instances, stop: 'false', start: 'false', isQuiet: 'false' }),
]);
const named = documents.map((document) => [document.name, document] as const);

test('each kind of workload on hosts has its document', () => expect(documents).toHaveLength(3));

// What prints nothing and ends well would be taken for stopped, and clients would be let in beside it.
test.each(named)('%s fails for an action that it does not know', (_, document) => {
  const { text } = shellScript(document, {}, AGENT_VERSION);
  const parameters = { SSM_unit: 'mailer', SSM_program: 'queue-watcher' };
  for (const action of ['look}}', 'status', '']) {
    const env = { PATH: process.env.PATH ?? '', ...parameters, SSM_action: action };
    const { status, stdout } = spawnSync('/bin/bash', ['-s'], { input: text, env, encoding: 'utf8' });
    expect([action, status]).not.toEqual([action, 0]);
    // Of supervisor's it is the configuration that is not found here.
    expect(stdout).toMatch(/^This document does not know the action '.*'\.\n$|supervisor/);
  }
});
