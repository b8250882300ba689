import { graphql } from 'graphql'
import { describe, expect, test } from 'vitest'
import { InvalidInput } from '../base/errors.ts'
import { buildSchema } from './schema.ts'

const sdl = `
extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
directive @public on FIELD_DEFINITION
directive @authenticated on FIELD_DEFINITION
directive @constraint(maxLength: Int, maxItems: Int) on ARGUMENT_DEFINITION | INPUT_FIELD_DEFINITION
scalar JSON
scalar EmailAddress
enum Colour { RED GREEN }
type Query {
  find(id: ID, after: String @constraint(maxLength: 5), colours: [Colour!]): String @public
  hidden(after: String @constraint(maxLength: 5)): String @authenticated
}
type Mutation { change(input: ChangeInput!): Thing @public }
type Thing { part(name: String! @constraint(maxLength: 3)): String }
input ChangeInput {
  name: String @constraint(maxLength: 4)
  lines: [String!] @constraint(maxItems: 3, maxLength: 2)
  parts: [PartInput!] @constraint(maxItems: 40)
  document: JSON @constraint(maxLength: 10)
  email: EmailAddress
}
input PartInput { label: String @constraint(maxLength: 1) inner: ChangeInput }
`
let ran = 0
const thing = { part: ({ name }: { name: string }) => name }
const run = () => {
  ran++
  return thing
}
const schema = buildSchema(sdl, {
  Query: { find: () => 'found', hidden: () => 'hidden' },
  Mutation: { change: run },
})

async function problemsOf(source: string, variableValues: Record<string, unknown> = {}) {
  const contextValue = { viewer: { kind: 'anonymous' } }
  const { errors } = await graphql({ schema, source, variableValues, contextValue })
  const cause = errors?.[0]?.originalError
  return cause instanceof InvalidInput ? cause.fields : (errors?.[0]?.message ?? null)
}
const change = 'mutation ($input: ChangeInput!) { change(input: $input) { part(name: "abc") } }'
const input = (value: object) => problemsOf(change, { input: value })

describe('an input', () => {
  test.each([
    [
      'as long as it may be',
      { name: 'abcd', lines: ['ab', 'ab', 'ab'], document: { a: 'bc' }, parts: [{ label: 'a' }] },
    ],
    ['that is null', { name: null, lines: null, parts: null, document: null }],
    ['that is not there', {}],
  ])('%s is taken', async (_name, value) => {
    expect(await input(value)).toBeNull()
  })

  test.each([
    ['a text that is too long', { name: 'abcde' }, 'name', 'must be at most 4 characters'],
    ['a text in a list', { lines: ['ab', 'abc'] }, 'lines[1]', 'must be at most 2 characters'],
    ['a list that is too long', { lines: Array(4).fill('a') }, 'lines', 'must be at most 3 items'],
    [
      'a text deep within',
      { parts: [{}, { inner: { name: 'abcde' } }] },
      'parts[1].inner.name',
      'must be at most 4 characters',
    ],
    ['a JSON value', { document: { a: 'bcdefghi' } }, 'document', 'must be at most 10 characters'],
  ])('refuses %s, before anything runs', async (...[, value, field, message]) => {
    const before = ran
    expect(await input(value)).toEqual([{ field, message }])
    expect(ran).toBe(before)
  })

  test('names twenty problems at most, and of a list that is too long nothing else', async () => {
    expect(await input({ parts: Array(40).fill({ label: 'ab' }) })).toHaveLength(20)
    expect(await input({ parts: Array(60_000).fill({ label: 'ab' }) })).toEqual([
      { field: 'parts', message: 'must be at most 40 items' },
    ])
  })

  test('of a scalar says by itself how long it may be', async () => {
    const problem = await input({ email: `${'a'.repeat(100_000)}@example.com` })
    expect(problem).toContain('EmailAddress must be at most 254 characters')
  })
})

test('arguments of any field are checked, whether they stand in the text or in variables', async () => {
  expect(await problemsOf('{ find(after: "abcdef") }')).toEqual([
    { field: 'after', message: 'must be at most 5 characters' },
  ])
  expect(await problemsOf('query ($a: String = "abcdef") { find(after: $a) }')).toHaveLength(1)
  expect(await problemsOf('mutation { change(input: {}) { part(name: "abcd") } }')).toEqual([
    { field: 'name', message: 'must be at most 3 characters' },
  ])
  expect(await problemsOf(`{ find(id: "${'x'.repeat(201)}") }`)).toEqual([
    { field: 'id', message: 'must be at most 200 characters' },
  ])
  expect(await problemsOf('{ find(colours: [RED, RED, RED]) }')).toEqual([
    { field: 'colours', message: 'must be at most 2 items' },
  ])
})

test('who may not ask is told that first', async () => {
  expect(await problemsOf('{ hidden(after: "abcdef") }')).toMatch(/^Sign in first/)
})

test('a refusal of many fields tells the first of them, in a few words each', () => {
  const { message, fields } = new InvalidInput(
    Array.from({ length: 60_000 }, (_, i) => ({ field: `seats[${i}]`, message: 'x'.repeat(1_000) })),
  )
  expect(fields).toHaveLength(20)
  expect(message.length).toBeLessThan(8_000)
  expect(message).toMatch(/; and 59980 more$/)
})
