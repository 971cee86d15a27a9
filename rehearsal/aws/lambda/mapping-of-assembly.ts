import type { Resource } from '../../assembly';
import type { NewMapping } from './event-source-mappings';

/** An event source mapping (AWS::Lambda::EventSourceMapping) of the assembly. */
export function mappingOf(resource: Resource): NewMapping {
  return {
    uuid: String(resource.physicalId),
    functionName: String(resource.property('FunctionName')),
    // Kafka of one's own has no ARN.
    eventSourceArn: String(resource.property('EventSourceArn') ?? ''),
    enabled: String(resource.property('Enabled') ?? true) === 'true',
  };
}
