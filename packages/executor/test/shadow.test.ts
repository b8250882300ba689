import type { Log } from '@tikitu/kit/base/log'
import { parse } from 'graphql'
import { expect, test } from 'vitest'
import type { Execute } from '../src/executor-mode.ts'
import { withShadow } from '../src/shadow.ts'
import { rawJson } from '../src/write/raw-json.ts'

interface Answer {
  data: object | null
  errors?: ReportedError[]
}

interface ReportedError {
  message: string
  path?: (string | number)[]
  extensions?: object
}

/** The differences that are logged for two results. */
async function loggedFor(stock: Answer, ours: Answer): Promise<unknown[]> {
  const logged: unknown[] = []
  const warn = (about: { differing: unknown }) => logged.push(about.differing)
  const answers = {
    stock: async () => stock,
    run: async () => ({ ...ours, data: rawJson(JSON.stringify(ours.data)) }),
  }
  const execute = withShadow({
    ...(answers as unknown as { stock: Execute; run: Execute }),
    log: { warn } as unknown as Log,
  })
  const [operation] = parse('{ a b }').definitions
  const answer = await execute({ operation, context: { requestId: 'r' } } as never)
  expect(answer).toBe(stock)
  await new Promise(setImmediate)
  return logged
}

const no = { message: 'no', path: ['list', 0, 'a'] }
const never = { message: 'never', path: ['b'] }
const invalidValue = (error: ReportedError) => ({ ...error, extensions: { code: 'RESPONSE_VALIDATION_FAILED' } })
const data = { list: [{ a: null, c: 1 }], b: null }

test.each<[string, Answer, Answer]>([
  ['the order of errors', { data, errors: [no, never] }, { data, errors: [never, no] }],
  ['the list index of an error', { data, errors: [no] }, { data, errors: [{ message: 'no', path: ['list', 3, 'a'] }] }],
  ['the order of fields', { data }, { data: { b: null, list: [{ c: 1, a: null }] } }],
  [
    'the order of invalid values',
    { data, errors: [invalidValue(no), invalidValue(never)] },
    { data, errors: [invalidValue(never), invalidValue(no)] },
  ],
  [
    'an outage that is reported at each path',
    { data, errors: [{ message: 'no' }] },
    { data, errors: [no, { ...no, path: ['list', 1, 'a'] }] },
  ],
  ['invalid values beside other errors', { data, errors: [no] }, { data, errors: [no, invalidValue(never)] }],
])('%s is not logged as a difference', async (_title, stock, ours) => {
  expect(await loggedFor(stock, ours)).toEqual([])
})

test.each<[string, Answer, Answer]>([
  ['errors', { data, errors: [no, never] }, { data, errors: [no] }],
  ['errors', { data, errors: [no] }, { data, errors: [{ ...no, message: 'other' }] }],
  ['errors', { data, errors: [no] }, { data, errors: [{ ...no, path: ['list', 0, 'c'] }] }],
  ['data', { data }, { data: { ...data, b: 0 } }],
  ['data', { data }, { data: { ...data, list: [...data.list, ...data.list] } }],
  ['errors', { data, errors: [invalidValue(no)] }, { data }],
  ['errors', { data, errors: [invalidValue(no)] }, { data, errors: [invalidValue(never)] }],
])('a difference of %s is logged', async (part, stock, ours) => {
  expect(await loggedFor(stock, ours)).toEqual([[part]])
})
