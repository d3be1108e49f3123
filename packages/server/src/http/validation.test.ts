import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { validationFailure } from './validation.ts';

const schema = z.strictObject({ name: z.string(), 'a/b~c': z.number().optional(), list: z.array(z.object({ id: z.number() })).optional() });

function failureOf(target: 'json' | 'query' | 'param' | 'header', value: unknown) {
  const result = schema.safeParse(value);
  if (result.success) throw new Error('is valid');
  return validationFailure({ target, error: result.error });
}

describe('what a schema refused', () => {
  it.each<[unknown, string[]]>([
    [{}, ['/name']],
    [{ name: 'x', list: [{ id: 1 }, { id: 'two' }] }, ['/list/1/id']],
    [{ name: 'x', 'a/b~c': 'three' }, ['/a~1b~0c']],
    [{ name: 'x', extra: 1, more: 2 }, ['/extra', '/more']],
    ['text', ['']],
  ])('in the body %j is pointed at', (value, pointers) => {
    const failure = failureOf('json', value);
    expect(failure.code).toBe('invalid-request');
    expect(failure.errors?.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  it('in the query is named by its parameter, in a header by its name', () => {
    expect(failureOf('query', {}).errors).toMatchObject([{ pointer: '?name' }]);
    expect(failureOf('header', {}).errors).toMatchObject([{ pointer: 'name' }]);
  });

  it('in the path is an id that names nothing', () => {
    expect(failureOf('param', {})).toMatchObject({ code: 'not-found' });
  });

  it('many times is cut to what a person reads', () => {
    const failure = failureOf('json', { name: 'x', list: Array.from({ length: 500 }, () => ({ id: 'x' })) });
    expect(failure.errors).toHaveLength(50);
  });
});
