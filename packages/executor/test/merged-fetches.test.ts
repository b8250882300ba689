import { beforeAll, beforeEach, expect, test } from 'vitest'
import type { SubgraphResult } from '../src/run/execution.ts'
import { createWorld, type Subgraph, type World } from './world.ts'

const item = (id: string) => ({ __typename: 'Item', id })
const idOf = ({ id }: { id: string }) => id
const detailOf = (id: string) => ({ text: `detail of ${id}`, maker: { __typename: 'Maker', id: `m${id}` } })

const pairs = [
  { item: item('2'), items: [item('1'), null, item('2')] },
  { item: item('2'), items: [item('2'), item('2')] },
]

const subgraphs: readonly Subgraph[] = [
  {
    name: 'shop',
    sdl: `type Query { lamps: [Item] tables: [Item] pairs: [Pair] } type Pair { item: Item items: [Item] } type Mutation { first: Item second: Item }
      type Item @key(fields: "id") { id: ID! next: Item }`,
    resolvers: {
      Query: { lamps: () => [item('1'), item('2')], tables: () => [item('2'), item('3')], pairs: () => pairs },
      Mutation: { first: () => item('1'), second: () => item('1') },
      Item: {
        __resolveReference: ({ id }: { id: string }) => item(id),
        next: ({ id }: { id: string }) => item(id === '1' ? '1' : '3'),
      },
    },
  },
  {
    name: 'facts',
    sdl: `type Item @key(fields: "id") { id: ID! size(unit: Int): Int color: String detail: Detail twin: Item fails: String }
      type Detail @shareable { text: String maker: Maker }
      type Maker @key(fields: "id") { id: ID! }`,
    resolvers: {
      Item: {
        __resolveReference: ({ id }: { id: string }) => item(id),
        size: (one: { id: string }, { unit = 1 }: { unit?: number }) => Number(idOf(one)) * unit,
        color: (one: { id: string }) => `color ${idOf(one)}`,
        detail: (one: { id: string }) => detailOf(idOf(one)),
        twin: (one: { id: string }) => item(idOf(one)),
        fails: (one: { id: string }) => {
          if (idOf(one) === '2') throw new Error('it fails')
          return `ok ${idOf(one)}`
        },
      },
    },
  },
  {
    name: 'makers',
    sdl: `type Maker @key(fields: "id") { id: ID! name(short: Boolean): String }
      type Item @key(fields: "id") { id: ID! stock: Int }`,
    resolvers: {
      Item: {
        __resolveReference: ({ id }: { id: string }) => item(id),
        stock: (one: { id: string }) => 10 * Number(idOf(one)),
      },
      Maker: {
        __resolveReference: ({ id }: { id: string }) => ({ id }),
        name: ({ id }: { id: string }, { short }: { short?: boolean }) => (short ? id : `maker ${id}`),
      },
    },
  },
]

let world: World

beforeAll(async () => {
  world = await createWorld(subgraphs)
})

beforeEach(() => {
  world.intercept(null)
  world.requests()
})

const askedOf = (subgraph: string) => world.requests().filter((asked) => asked.subgraph === subgraph)
const isMerged = ({ data }: SubgraphResult) => Object.keys((data ?? {}) as object).some((key) => key.startsWith('_e0'))

test('requests an entity once that occurs at several paths', async () => {
  const { data } = await world.compiled('{ lamps { size } tables { size } }')
  expect(data).toEqual({ lamps: [{ size: 1 }, { size: 2 }], tables: [{ size: 2 }, { size: 3 }] })
  const [asked, ...others] = askedOf('facts')
  expect(others).toEqual([])
  expect(asked?.variables).toEqual({ representations: ['1', '2', '3'].map(item) })
})

test('merges the fetches of one step from one subgraph, with separate variables and fragments', async () => {
  const query = `query ($unit: Int, $other: Int) {
    lamps { ...L detail { ...D } } tables { ...T detail { ...D } }
  } fragment L on Item { size(unit: $unit) } fragment T on Item { size(unit: $other) color } fragment D on Detail { text }`
  const { data, errors } = await world.compiled(query, { variables: { unit: 10, other: 100 } })
  expect(errors).toBeUndefined()
  expect(data.lamps[1]).toEqual({ size: 20, detail: { text: 'detail of 2' } })
  expect(data.tables[0]).toEqual({ size: 200, color: 'color 2', detail: { text: 'detail of 2' } })
  const [asked, ...others] = askedOf('facts')
  expect(others).toEqual([])
  expect(asked?.variables).toEqual({
    unit: 10,
    other: 100,
    representations_0: ['1', '2'].map(item),
    representations_1: ['2', '3'].map(item),
  })
})

test('leaves out skipped fields and their variables', async () => {
  const query = `query ($on: Boolean!, $unit: Int) { lamps { size(unit: $unit) } tables @include(if: $on) { color } }`
  const { data } = await world.compiled(query, { variables: { on: false, unit: 2 } })
  expect(data).toEqual({ lamps: [{ size: 2 }, { size: 4 }] })
  expect(askedOf('facts').map(({ variables }) => variables)).toEqual([
    { unit: 2, representations: ['1', '2'].map(item) },
  ])
})

test('reports the errors of merged fetches at their own paths', async () => {
  const { data, errors } = await world.compiled('{ lamps { fails } tables { fails color } }')
  expect(askedOf('facts')).toHaveLength(1)
  expect(data).toEqual({
    lamps: [{ fails: 'ok 1' }, { fails: null }],
    tables: [
      { fails: null, color: 'color 2' },
      { fails: 'ok 3', color: 'color 3' },
    ],
  })
  expect(errors?.map(({ path }) => path)).toEqual([
    ['lamps', 1, 'fails'],
    ['tables', 0, 'fails'],
  ])
})

test('sends the parts separately when one of them makes the merged request fail', async () => {
  world.intercept((subgraph, answer) => {
    if (subgraph !== 'facts') return answer
    const isOfTables = JSON.stringify(answer.data).includes('color')
    if (isMerged(answer) || isOfTables)
      return { data: null, errors: [{ message: 'no', extensions: { code: 'BAD_USER_INPUT' } }] }
    return answer
  })
  const { data, errors } = await world.compiled('{ lamps { size } tables { color } }')
  expect(askedOf('facts')).toHaveLength(3)
  expect(data).toEqual({ lamps: [{ size: 1 }, { size: 2 }], tables: [{ color: null }, { color: null }] })
  expect(errors?.map(({ message, path }) => [message, path?.[0]])).toEqual([
    ['no', 'tables'],
    ['no', 'tables'],
  ])
})

test.each<[string, () => SubgraphResult]>([
  ['reports UNAVAILABLE', () => ({ data: null, errors: [{ message: 'down', extensions: { code: 'UNAVAILABLE' } }] })],
  [
    'fails',
    () => {
      throw new Error('down')
    },
  ],
])('does not retry a subgraph that %s, and reports the error for each part', async (_title, answer) => {
  world.intercept((subgraph, given) => (subgraph === 'facts' ? answer() : given))
  const { data, errors } = await world.compiled('{ lamps { id size } tables { id color } }')
  expect(askedOf('facts')).toHaveLength(1)
  expect(data.lamps).toEqual([
    { id: '1', size: null },
    { id: '2', size: null },
  ])
  expect(errors?.map(({ message, path }) => [message, ...(path ?? [])])).toEqual([
    ['down', 'lamps', 0, 'size'],
    ['down', 'lamps', 1, 'size'],
    ['down', 'tables', 0, 'color'],
    ['down', 'tables', 1, 'color'],
  ])
})

test('reuses the entities of an equal fetch of an earlier step', async () => {
  const { data } = await world.compiled('{ lamps { twin { next { size } } } tables { size } }')
  expect(data.lamps).toEqual([{ twin: { next: { size: 1 } } }, { twin: { next: { size: 3 } } }])
  expect(askedOf('facts').map(({ variables }) => Object.values(variables))).toEqual([
    [['1', '2'].map(item), ['2', '3'].map(item)],
    [[item('1')]],
  ])
})

test('copies entities that other fetches write into', async () => {
  const query = `{
    lamps { detail { text maker { name } } } tables { detail { text maker { name(short: true) } } }
  }`
  const { data } = await world.compiled(query)
  expect(data.lamps[1].detail).toEqual({ text: 'detail of 2', maker: { name: 'maker m2' } })
  expect(data.tables[0].detail).toEqual({ text: 'detail of 2', maker: { name: 'm2' } })
  const details = world.requests().filter(({ query: text }) => text.includes('text'))
  expect(details.flatMap(({ variables }) => Object.values(variables).flat())).toEqual(['1', '2', '3'].map(item))
})

test('reports the error of a reused entity at both paths', async () => {
  const { errors } = await world.compiled('{ lamps { fails detail { maker { name } } } tables { fails } }')
  expect(errors?.map(({ path }) => path?.join('.')).sort()).toEqual(['lamps.1.fails', 'tables.0.fails'])
})

test('writes equal objects with the data and errors of several subgraphs at each path', async () => {
  const { data, errors } = await world.compiled('{ pairs { item { fails stock } items { size stock color } } }')
  const second = { size: 2, stock: 20, color: 'color 2' }
  expect(data.pairs).toEqual([
    { item: { fails: null, stock: 20 }, items: [{ size: 1, stock: 10, color: 'color 1' }, null, second] },
    { item: { fails: null, stock: 20 }, items: [second, second] },
  ])
  expect(errors?.map(({ path }) => path)).toEqual([
    ['pairs', 0, 'item', 'fails'],
    ['pairs', 1, 'item', 'fails'],
  ])
})

test('fetches entities again after each mutation field', async () => {
  const { data } = await world.compiled('mutation { first { size } second { size } }')
  expect(data).toEqual({ first: { size: 1 }, second: { size: 1 } })
  expect(askedOf('facts')).toHaveLength(2)
})
