/** What questions about the health of agents can be split and filtered by. */
import { fieldsByName, numberField, textField } from './queryField.ts';

export const HEALTH_FIELDS = fieldsByName([textField('agent_id'), numberField('score')]);
