import { beforeAll, beforeEach, expect, test } from 'vitest'
import type { SubgraphResult } from '../src/run/execution.ts'
import { catalogue } from './corpus/catalogue.ts'
import { expectAgreement } from './expect-agreement.ts'
import { createWorld, type Json, type World } from './world.ts'

let world: World

beforeAll(async () => {
  world = await createWorld(catalogue.subgraphs)
})

beforeEach(() => {
  world.intercept(null)
  world.requests()
})

/** Changes the data of one subgraph. */
function spoil(name: string, change: (data: Json) => void): void {
  world.intercept((subgraph, answer) => {
    if (subgraph === name) change(answer.data)
    return answer
  })
}

test('sends equal representations once and uses the entity at every path', async () => {
  const answer = await world.compiled('{ topReviews { author { id mood } } }')
  const [entities] = world.requests().filter(({ subgraph }) => subgraph === 'accounts')
  expect(entities?.variables['representations']).toEqual([
    { __typename: 'User', id: 'u1' },
    { __typename: 'User', id: 'u2' },
    { __typename: 'User', id: 'u9' },
  ])
  const moods = answer.data.topReviews.map((review: Json) => review.author?.mood)
  expect(moods).toEqual(['CALM', null, null, 'CALM'])
})

test('reports an error of a shared entity at each of its paths', async () => {
  world.intercept((subgraph, answer) =>
    subgraph === 'accounts'
      ? { data: { _entities: [null, null, null] }, errors: [{ message: 'no', path: ['_entities', 0, 'mood'] }] }
      : answer,
  )
  const { errors } = await world.compiled('{ topReviews { author { mood } } }')
  expect(errors?.map(({ path }) => path)).toEqual([
    ['topReviews', 0, 'author', 'mood'],
    ['topReviews', 3, 'author', 'mood'],
  ])
})

test('counts entities of other types in error paths, unlike the stock executor', async () => {
  const query = '{ products { ... on Film { inStock } } }'
  const { errors } = await world.compiled(query)
  expect(errors?.[0]?.path).toEqual(['products', 1, 'inStock'])
  expect((await world.stock(query)).errors?.[0]?.path).toEqual(['products', 0, 'inStock'])
})

test.each([
  ['an unknown enum value', '{ users { mood } }', (data: Json) => Object.assign(data.users[0], { mood: 'GRIM' })],
  ['a number for a string', '{ users { name } }', (data: Json) => Object.assign(data.users[1], { name: 7 })],
  ['a fraction for an ID', '{ users { id } }', (data: Json) => Object.assign(data.users[2], { id: 1.5 })],
  ['an object for a leaf', '{ me { name mood } }', (data: Json) => Object.assign(data.me, { name: { first: 'Ada' } })],
  ['null for a non-null field', '{ users { id secret } }', (data: Json) => Object.assign(data.users[0], { id: null })],
  ['a missing field', '{ me { name } }', (data: Json) => Object.assign(data.me, { name: undefined })],
  ['a missing object', '{ me { name } users { id } }', (data: Json) => Object.assign(data, { me: undefined })],
])('validates responses like the stock executor: %s', async (_title, query, change) => {
  spoil('accounts', change)
  const answer = await expectAgreement(world, query)
  expect(JSON.stringify(answer)).not.toMatch(/GRIM|1\.5|first/)
})

test.each([
  ['an inaccessible type', 'Hidden'],
  ['an abstract type', 'Product'],
])('rejects a __typename that is %s', async (_title, typename) => {
  spoil('products', (data) => Object.assign(data.items[0], { __typename: typename }))
  const answer = await expectAgreement(world, '{ items { __typename ... on Book { title } ... on User { name } } }')
  expect(answer.data).toEqual({ items: null })
})

test('returns null and an error for a value that is not a list, where the stock executor fails as a whole', async () => {
  spoil('accounts', (data) => Object.assign(data, { users: 'all of them' }))
  const answer = await world.compiled('{ me { name } users { name } }')
  expect(answer.data).toEqual({ me: { name: 'Ada' }, users: null })
  expect(answer.errors?.[0]).toMatchObject({ path: ['users'], extensions: { code: 'RESPONSE_VALIDATION_FAILED' } })
  expect((await world.stock('{ me { name } users { name } }')).data).toBeUndefined()
})

test.each<[string, SubgraphResult, string]>([
  ['no entities', { data: {} }, 'Expected "data._entities" in response to be an array'],
  ['too few entities', { data: { _entities: [] } }, 'Expected "data._entities" to contain 1 elements'],
])('reports a response with %s', async (_title, answer, message) => {
  world.intercept((subgraph, given) => (subgraph === 'reviews' ? answer : given))
  const { data, errors } = await world.compiled('{ me { name reviews { body } } }')
  expect(data).toEqual({ me: { name: 'Ada', reviews: null } })
  expect(errors?.[0]?.message).toBe(message)
})

test('returns partial data when a subgraph fails', async () => {
  world.intercept((subgraph, answer) => {
    if (subgraph === 'reviews') throw new Error('down')
    return answer
  })
  const { data, errors } = await world.compiled('{ me { name reviews { body } } products { upc } }')
  expect(data.me).toEqual({ name: 'Ada', reviews: null })
  expect(data.products).toHaveLength(3)
  expect(errors?.map(({ message }) => message)).toEqual(['down'])
})

test('neither reads nor changes object prototypes', async () => {
  const hostile = '{"__proto__":{"polluted":true,"name":"evil"}}'
  world.intercept((subgraph, answer) => {
    if (subgraph !== 'reviews') return answer
    const entity = JSON.parse(hostile)
    return { data: { _entities: [entity] } }
  })
  const query = '{ me { __proto__: mood constructor: id toString: friend { valueOf: id } reviews { body } } }'
  const { data } = await world.compiled(query)
  expect(JSON.stringify(data.me)).toContain('"constructor":"u1"')
  expect(({} as Json).polluted).toBeUndefined()
})

test('does not confuse an alias __proto__ with other fields', async () => {
  spoil('accounts', (data) =>
    Object.defineProperty(data.me, '__proto__', { value: { name: 'evil' }, enumerable: true }),
  )
  const { data } = await world.compiled('{ me { id reviews { id } } }')
  expect(data.me.id).toBe('u1')
})

test('writes a response of ten thousand objects', async () => {
  const many = Array.from({ length: 10_000 }, (_, index) => ({ id: `r${index}`, body: `"${index}"\u2028` }))
  spoil('reviews', (data) => Object.assign(data._entities[0], { reviews: many }))
  const { data } = await world.compiled('{ me { reviews { id body } } }')
  expect(data.me.reviews).toEqual(many)
})

test('uses the default of a condition variable that is not given', async () => {
  const query = 'query ($on: Boolean = true) { me { id name @include(if: $on) } }'
  expect((await world.compiled(query)).data.me).toEqual({ id: 'u1', name: 'Ada' })
  expect((await world.compiled(query, { variables: { on: false } })).data.me).toEqual({ id: 'u1' })
})

test('merges the selections of a repeated introspection field, unlike the stock executor', async () => {
  const query = '{ __schema { queryType { name } } __schema { mutationType { name } } }'
  expect((await world.compiled(query)).data.__schema).toEqual({ queryType: { name: 'Query' }, mutationType: null })
})

test('runs the named operation', async () => {
  const query = 'query A { me { id } } query B { me { name } }'
  expect((await world.compiled(query, { operationName: 'B' })).data).toEqual({ me: { name: 'Ada' } })
  expect((await world.compiled(query, { operationName: 'A' })).data).toEqual({ me: { id: 'u1' } })
})

test('writes fields in the order in which the specification collects them', async () => {
  const query = `query ($a: Boolean!) {
    me { ... on User { name } ... on User @skip(if: $a) { mood id } ... on User { id } }
  }`
  const { data } = await world.compiled(query, { variables: { a: false } })
  expect(Object.keys(data.me)).toEqual(['name', 'mood', 'id'])
})
