import { Route53Client } from '@aws-sdk/client-route-53';
import { type RecordEvent, type RecordEventResult, RecordHandler } from './record-handler';

const handler = new RecordHandler(new Route53Client({}));

/** What the custom resource provider framework calls. */
export async function onEvent(event: RecordEvent): Promise<RecordEventResult> {
  return handler.handle(event);
}
