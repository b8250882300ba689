import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

/** Runs a program of its own, which executes a list that fails at once while its first item fails later. */
function run({ isHandled, last = '' }: { isHandled: boolean; last?: string }): { status: number | null; out: string } {
  const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', program(isHandled, last)], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  })
  return { status, out: stdout }
}

const program = (isHandled: boolean, last: string): string => `
  import { buildSchema, execute, parse } from 'graphql'
  import { createLog } from '${import.meta.resolve('../base/log.ts')}'
  import { ignoreLateFieldErrors } from '${import.meta.resolve('./late-field-errors.ts')}'
  if (${isHandled}) ignoreLateFieldErrors(createLog('shop', 'error'))
  const schema = buildSchema('type Query { people: [Person!] } type Person { name: String! }')
  const rootValue = { people: () => [Promise.reject(new Error('late')), null] }
  console.log(JSON.stringify(await execute({ schema, document: parse('{ people { name } }'), rootValue })))
  ${last}
  await new Promise((resolve) => setTimeout(resolve))
  console.log('goes on')
`

test('a field that fails after its list has failed is logged, and the process goes on', () => {
  const { status, out } = run({ isHandled: true })
  expect(out).toContain('"data":{"people":null}')
  expect(out).toContain('a field failed after its response was decided')
  expect(out).toContain('"path":["people",0]')
  expect(out).toContain('goes on')
  expect(status).toBe(0)
})

test('without that, graphql-js lets such a field end the process', () => {
  expect(run({ isHandled: false }).status).not.toBe(0)
})

test('every other rejection that nobody handles ends the process', () => {
  const { status, out } = run({ isHandled: true, last: `void Promise.reject(new Error('a mistake'))` })
  expect(status).not.toBe(0)
  expect(out).not.toContain('goes on')
})
