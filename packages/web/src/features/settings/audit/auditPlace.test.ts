import { expect, test } from 'vitest';
import { auditParameters } from './auditPlace.ts';

test('what stands in the URL and can be asked for is asked for', () => {
  expect(auditParameters({ actor: 'ada@example.com', action: 'price.', from: 'now-30d', view: 'x' }, false)).toEqual({
    actor: 'ada@example.com',
    action: 'price.',
    from: 'now-30d',
    scope: 'workspace',
  });
});

test('what the API would refuse is left out', () => {
  expect(auditParameters({ action: 'price%', from: 'yesterday', to: '', actor: 'x'.repeat(321) }, false)).toEqual({ scope: 'workspace' });
});

test('the log of the instance is asked for by those who manage it alone', () => {
  expect(auditParameters({ scope: 'instance' }, true)).toEqual({ scope: 'instance' });
  expect(auditParameters({ scope: 'instance' }, false)).toEqual({ scope: 'workspace' });
});
