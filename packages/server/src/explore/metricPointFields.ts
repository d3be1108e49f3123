/** What a question about metric points can be split and filtered by: everything here is the same for all points of a series. */
import { CACHE } from './measures/cacheMeasures.ts';
import { POOL } from './measures/poolMeasures.ts';
import { fieldsByName, idField, textField } from './queryField.ts';

export const METRIC_POINT_FIELDS = fieldsByName([
  textField('metric_name'),
  textField('kind'),
  textField('unit'),
  textField('temporality'),
  textField('service_name'),
  textField('service_instance_id', `JSONExtractString(resource, 'service.instance.id')`),
  textField('host_name', `JSONExtractString(resource, 'host.name')`),
  textField('environment'),
  textField('scope_name'),
  textField('cache', CACHE),
  textField('pool', POOL),
  idField('series', 16),
]);
