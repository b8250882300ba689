import { ExactNumber } from '@tikitu/federation-executor/lib/exact-json'
import { describe, expect, test } from 'vitest'
import { readResponse, requireGraphQL } from './read-response.ts'

const raw = (text: string, type: string | undefined = 'application/json', status = 200) => ({ status, type, text })
const read = (text: string) => readResponse(raw(text), new Set(), '{"query":"{ n }"}')

describe('an answer of a subgraph', () => {
  test.each(['null', '[]'])('with errors: %s has none', (errors) => {
    expect(read(`{"data":{"n":1},"errors":${errors}}`)).toEqual({ response: { data: { n: 1 } }, hidden: [] })
  })

  test.each([
    '{"errors":null}',
    '{"errors":[]}',
    '{"data":{},"errors":{}}',
    '{"data":{},"errors":"no"}',
    '{"data":[]}',
  ])('that is %s is none', (text) => {
    expect(() => read(text)).toThrow(/its response|its errors|its data/)
  })

  test('keeps all digits of its numbers', () => {
    expect(read('{"data":{"n":9007199254740993}}').response.data).toEqual({ n: new ExactNumber('9007199254740993') })
  })

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'application/graphql-response+json',
    'text/plain',
    'text/plain; charset=utf-8',
    undefined,
  ])('is read when it is said to be %s', (type) => {
    expect(requireGraphQL({ status: 200, type, text: '{}' }).text).toBe('{}')
  })

  test.each(['text/html', 'text/plainly', 'image/png', 'application/xml'])('is not read when it is %s', (type) => {
    expect(() => requireGraphQL(raw('{}', type))).toThrow(`it answered ${type}`)
  })
})

describe('an error of validation', () => {
  const query = 'query ($v: Even) {\n  even(n: 3, of: $v) twice(list: [1], as: { a: $v }, in: ODD)\n}'
  const shownOf = (error: object) => {
    const text = JSON.stringify({ errors: [{ message: 'hunter2', ...error }] })
    const { response, hidden } = readResponse(raw(text), new Set(), JSON.stringify({ query }))
    return [response.errors?.[0]?.message, response.errors?.[0]?.extensions?.['code'], hidden.length]
  }
  const at = (line: number, column: number, rest: object = {}) => ({
    locations: [{ line, column }],
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
    ...rest,
  })
  const ofVariable = { message: 'Variable "$v" got invalid value 3; hunter2', extensions: {} }

  test.each([
    ['a number', at(2, 11), '3 is not a valid value of its type.'],
    ['a number, without a code', at(2, 11, { extensions: {} }), '3 is not a valid value of its type.'],
    ['a list', at(2, 34), 'A list in the operation is not a valid value of its type.'],
    ['an object', at(2, 43), 'An object in the operation is not a valid value of its type.'],
    ['an enum', at(2, 58), 'ODD is not a valid value of its type.'],
    ['a variable', at(1, 8, ofVariable), 'Variable "$v" is not a valid value of its type.'],
  ])('of %s is the client’s mistake', (_name, error, message) => {
    expect(shownOf(error)).toEqual([message, 'BAD_USER_INPUT', 0])
  })

  test('beside data is none: nothing is run that is not valid', () => {
    const text = JSON.stringify({ data: { even: 1 }, errors: [{ message: 'hunter2', ...at(2, 11) }] })
    expect(readResponse(raw(text), new Set(), JSON.stringify({ query })).hidden).toHaveLength(1)
  })

  test.each([
    ['of a field', at(2, 3)],
    ['of a variable that is not used', at(1, 8)],
    ['of nothing that was sent', at(9, 9)],
    ['without a place', { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
    ['with places that are none', { locations: [null, 3], extensions: {} }],
    ['of a field that was run', at(2, 11, { path: ['even'] })],
    ['with another code', at(2, 11, { extensions: { code: 'INTERNAL_SERVER_ERROR' } })],
  ])('%s is a failure of the service', (_name, error) => {
    expect(shownOf(error)).toEqual(['Internal server error', 'INTERNAL_SERVER_ERROR', 1])
  })
})
