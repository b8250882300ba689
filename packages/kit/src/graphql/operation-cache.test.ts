import { ApolloServer } from '@apollo/server'
import { parse } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rejectInvalidText } from '../base/storable-text.ts'
import { createOperationCache } from './operation-cache.ts'

const cache = createOperationCache()
const apollo = new ApolloServer({
  typeDefs: parse('type Query { echo(text: String): String }'),
  resolvers: { Query: { echo: (_: unknown, { text }: { text?: string }) => text } },
  introspection: false,
  stopOnTerminationSignals: false,
  plugins: [rejectInvalidText, cache.plugin],
})
beforeAll(() => apollo.start())
afterAll(() => apollo.stop())

const echo = 'query Echo($text: String) { echo(text: $text) }'

test('an operation is known once it was executed, to the letter', async () => {
  expect(cache.find({ query: echo })).toBeNull()
  await apollo.executeOperation({ query: echo })
  expect(cache.find({ query: echo, variables: { text: 'a' } })).toMatchObject({ variables: { text: 'a' } })
  expect(cache.find({ query: `${echo} ` })).toBeNull()
})

test.for([
  ['another operation of the same text', { query: echo, operationName: 'Echo' }],
  ['variables with text that no database keeps', { query: echo, variables: { text: 'a\u0000' } }],
  ['extensions', { query: echo, extensions: {} }],
  ['a list of requests', [{ query: echo }]],
  ['variables that are a list', { query: echo, variables: [] }],
  ['no query', { operationName: 'Echo' }],
  ['nothing', null],
])('a request is left to Apollo Server: %s', async ([, request]) => {
  await apollo.executeOperation({ query: echo })
  expect(cache.find(request)).toBeNull()
})

test.each([
  ['invalid', '{ nothing }'],
  ['no GraphQL', '{'],
  ['introspection', '{ __schema { queryType { name } } }'],
  ['text that no database keeps', '{ echo(text: "a\\u0000") }'],
  ['one of several, unnamed', 'query A { echo } query B { echo }'],
  ['very long', `{ echo } ${'#'.repeat(64_000)}`],
])('an operation is not kept: %s', async (_what, query) => {
  await apollo.executeOperation({ query })
  expect(cache.find({ query })).toBeNull()
})

test('of more than 2,000 operations, the least recently used are dropped', async () => {
  const nth = (index: number) => ({ query: `{ a${index}: echo }` })
  for (let index = 0; index < 2_000; index++) await apollo.executeOperation(nth(index))
  expect(cache.find(nth(0))).not.toBeNull()
  await apollo.executeOperation(nth(2_000))
  expect([cache.find(nth(0)) !== null, cache.find(nth(1))]).toEqual([true, null])
})

test('of more than a million characters, the least recently used are dropped', async () => {
  const nth = (index: number) => ({ query: `{ long${index}: echo } ${'#'.repeat(60_000)}` })
  for (let index = 0; index < 16; index++) await apollo.executeOperation(nth(index))
  expect(cache.find(nth(0))).not.toBeNull()
  await apollo.executeOperation(nth(16))
  expect([cache.find(nth(0)) !== null, cache.find(nth(1))]).toEqual([true, null])
})
