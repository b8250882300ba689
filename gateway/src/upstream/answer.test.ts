import { describe, expect, test } from 'vitest'
import { ExactNumber } from '../exact-json.ts'
import { readAnswer, requireGraphQL } from './answer.ts'

const raw = (text: string, type: string | undefined = 'application/json', status = 200) => ({ status, type, text })
const read = (text: string) => readAnswer(raw(text), new Set())

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
    expect(() => read(text)).toThrow(/its answer|its errors|its data/)
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
