import { describe, expect, test } from 'vitest'
import {
  differentRequirements,
  homonyms,
  keysInAnyOrder,
  partlyRequiring,
  rankedMedia,
  requiredArguments,
  unimplementedInterface,
} from './correction-graphs.ts'
import { createWorld, type Json } from './world.ts'

/** The representation that a field returned as text. */
function parseSent(text: string): Json {
  return JSON.parse(text)
}

describe('requirements are independent of client aliases', () => {
  test.each([
    ['another field', '{ good { weight: name parcel } }', { weight: 'Desk' }],
    ['the same field with arguments', '{ good { mass: weight weight(unit: "g") parcel } }', { mass: 3, weight: 3000 }],
    ['the type', '{ good { weight: __typename parcel } }', { weight: 'Good' }],
    [
      'another field, in fragments',
      '{ good { ...A ... on Good { parcel } } } fragment A on Good { weight: name }',
      { weight: 'Desk' },
    ],
  ])('%s', async (_title, query, own) => {
    const world = await createWorld(requiredArguments)
    const { data, errors } = await world.compiled(query)
    expect(errors).toBeUndefined()
    expect(data.good).toMatchObject(own)
    expect(parseSent(data.good.parcel)).toEqual({ __typename: 'Good', id: 'g1', weight: 3 })
  })

  test('the stock executor sends an alias as the required field', async () => {
    const world = await createWorld(requiredArguments)
    const { data } = await world.stock('{ good { weight: name parcel } }')
    expect(parseSent(data.good.parcel)).toMatchObject({ weight: 'Desk' })
  })

  test('a key keeps its value when the client uses its name as an alias', async () => {
    const world = await createWorld(requiredArguments)
    const { data } = await world.compiled(
      '{ good { id: name parcel } goods { key: id id: weight parcel __typename: name } }',
    )
    expect(data.good.id).toBe('Desk')
    expect(parseSent(data.good.parcel).id).toBe('g1')
    expect(data.goods.map(({ key, id, __typename }: Json) => [key, id, __typename])).toEqual([
      ['g1', 3, 'Desk'],
      ['g2', 5, 'Lamp'],
    ])
    expect(data.goods.map(({ parcel }: Json) => parseSent(parcel).weight)).toEqual([3, 5])
  })

  test('error paths use the response names of the client', async () => {
    const world = await createWorld(requiredArguments)
    const withErrors = await world.compiled('{ goods { id: broken parcel } weight: good { id } }')
    expect(withErrors.errors?.map(({ path }) => path)).toEqual([
      ['goods', 0, 'id'],
      ['goods', 1, 'id'],
    ])
    world.intercept((_name, answer) => ({ data: JSON.parse(JSON.stringify(answer.data).replaceAll('"Desk"', '7')) }))
    const withInvalidValue = await world.compiled('{ good { id: name parcel } }')
    expect(withInvalidValue.errors).toMatchObject([
      { path: ['good', 'id'], message: 'Invalid value found for field Good.id.' },
    ])
  })

  test('client aliases with the prefix of renamed fields stay the same', async () => {
    const world = await createWorld(requiredArguments)
    const { data } = await world.compiled('{ client_id: good { client_weight: name weight: name id } }')
    expect(data).toEqual({ client_id: { client_weight: 'Desk', weight: 'Desk', id: 'g1' } })
  })
})

describe('arguments inside @requires', () => {
  test.each([
    ['{ good { usd } }', { usd: 10 }],
    ['{ good { price(currency: "EUR") usd } }', { price: 9, usd: 10 }],
    ['{ good { usd price(currency: "EUR") } }', { price: 9, usd: 10 }],
    ['{ good { price: name usd eur } }', { price: 'Desk', usd: 10, eur: 9 }],
    ['{ good { usd eur any } }', { usd: 10, eur: 9, any: 0 }],
    ['query ($c: String) { good { price(currency: $c) usd } }', { price: 0, usd: 10 }],
  ])('do not depend on other selections: %s', async (query, expected) => {
    const world = await createWorld(requiredArguments)
    const { data, errors } = await world.compiled(query)
    expect(errors).toBeUndefined()
    const prices = Object.entries<Json>(data.good).map(([name, value]) => [
      name,
      typeof value === 'string' && value.startsWith('{') ? parseSent(value).price : value,
    ])
    expect(Object.fromEntries(prices)).toEqual(expected)
  })

  test('apply to nested fields and to each type of an interface', async () => {
    const world = await createWorld(requiredArguments)
    const { data } = await world.compiled('{ good { parts { cost(in: "EUR") } deepUsd deepEur ... on Good { usd } } }')
    expect(data.good.parts).toEqual([{ cost: 1 }, { cost: 2 }])
    expect(parseSent(data.good.deepUsd).parts).toEqual([{ cost: 11 }, { cost: 12 }])
    expect(parseSent(data.good.deepEur).parts).toEqual([{ cost: 1 }, { cost: 2 }])
    expect(parseSent(data.good.usd).price).toBe(10)
  })

  test('are sent under the plain field name, with only the variables that a fetch uses', async () => {
    const world = await createWorld(requiredArguments)
    await world.compiled('query ($to: String!) { good { usd eur sent(to: $to) } }', { variables: { to: 'x' } })
    const sent = world.requests().filter(({ subgraph }) => subgraph === 'post')
    expect(sent.map(({ variables }) => variables)).toEqual([
      {
        representations_0: [{ __typename: 'Good', id: 'g1', price: 10 }],
        representations_1: [{ __typename: 'Good', id: 'g1', price: 9 }],
        to: 'x',
      },
    ])
  })

  test('the stock executor sends one value for both', async () => {
    const world = await createWorld(requiredArguments)
    const { data } = await world.stock('{ good { usd eur } }')
    expect(parseSent(data.good.usd).price).toBe(parseSent(data.good.eur).price)
  })
})

test('requirements differ by type', async () => {
  const world = await createWorld(differentRequirements)
  const { data } = await world.compiled('{ all { ... on Round { price } ... on Square { price } } }')
  expect(data.all.map(({ price }: Json) => parseSent(price).size)).toEqual([1, 2])
})

test('representations use a key that the subgraph resolves', async () => {
  const world = await createWorld(keysInAnyOrder)
  const { data } = await world.compiled('{ shelf { books { name label } } }')
  const label = { __typename: 'Book', id: 'b1', code: { two: '2', three: '3' }, name: 'One' }
  expect(parseSent(data.shelf.books[0].label)).toEqual(label)
  const stock = await world.stock('{ shelf { books { name label } } }')
  expect(parseSent(stock.data.shelf.books[0].label)).not.toEqual(label)
})

describe('an interface object without implementing types', () => {
  test.each([
    ['{ lost { note } }', { lost: null }, [['lost']]],
    ['{ box { lost { note } } }', { box: { lost: null } }, [['box', 'lost']]],
    ['{ box { size lost { note } } }', { box: { size: 4, lost: null } }, [['box', 'lost']]],
    ['{ a: lost { ...N } } fragment N on Thing { note }', { a: null }, [['a']]],
  ])('is null with an error: %s', async (query, data, paths) => {
    const world = await createWorld(unimplementedInterface)
    const answer = await world.compiled(query)
    expect(answer.data).toEqual(data)
    expect(answer.errors?.map(({ path }) => path)).toEqual(paths)
    expect((await world.stock(query)).errors).toBeUndefined()
  })

  test('is null without an error when the subgraph returns null, and resolves the fields of its own subgraph', async () => {
    const world = await createWorld(unimplementedInterface)
    expect(await world.compiled('{ none { note } found { note } }')).toEqual({
      data: { none: null, found: { note: 'here' } },
    })
  })
})

test('fields of different types may share a response name', async () => {
  const world = await createWorld(homonyms)
  const { data, errors } = await world.compiled('{ all { ... on Cat { id: name owner } ... on Dog { id owner } } }')
  expect(errors).toBeUndefined()
  expect(data.all).toEqual([
    { id: 'Tom', owner: 'owner of c1' },
    { id: 'd1', owner: 'owner of d1' },
  ])
})

describe('a subgraph with an interface object', () => {
  test.each([
    ['{ songs { rank __typename } top { rank } ...Q } fragment Q on Query { top { id } }', {}],
    [
      'query ($on: Boolean!) { songs { rank __typename ...S } top { id } } fragment S on Song { id @include(if: $on) }',
      { on: false },
    ],
    [
      'query ($on: Boolean!) { songs { rank what: __typename ...S } top { id } } fragment S on Song { id @include(if: $on) }',
      { on: false },
    ],
  ])('does not decide __typename: %s', async (query, variables) => {
    const world = await createWorld(rankedMedia)
    const { data, errors } = await world.compiled(query, { variables })
    expect(errors).toBeUndefined()
    expect(data.songs.map(({ rank, __typename, what }: Json) => [rank, __typename ?? what])).toEqual([
      [1, 'Song'],
      [2, 'Song'],
    ])
  })
})

describe('the requirements of a skipped field', () => {
  test.each([
    ['query ($off: Boolean!) { box { color broad @skip(if: $off) } }', { color: 'red' }],
    ['query ($off: Boolean!) { box { color ... @skip(if: $off) { broad } } }', { color: 'red' }],
    [
      'query ($off: Boolean!) { box { ...B color high @skip(if: $off) } } fragment B on Box { broad @skip(if: $off) }',
      { color: 'red' },
    ],
  ])('are not needed for the other fields: %s', async (query, expected) => {
    const world = await createWorld(partlyRequiring)
    expect(await world.compiled(query, { variables: { off: true } })).toEqual({ data: { box: expected } })
    const { data } = await world.compiled(query, { variables: { off: false } })
    expect(parseSent(data.box.broad).width).toBe(2)
  })

  test('do not affect the requirements of another field', async () => {
    const world = await createWorld(partlyRequiring)
    const query = 'query ($off: Boolean!) { box { high broad @skip(if: $off) } }'
    const { data } = await world.compiled(query, { variables: { off: true } })
    expect(parseSent(data.box.high)).toEqual({ __typename: 'Box', id: 'b1', height: 3 })
  })
})

describe('an object whose selections are all skipped', () => {
  test.each([
    [
      'query ($on: Boolean!, $off: Boolean!) { room box @include(if: $on) { id @skip(if: $off) } }',
      { room: 7, box: {} },
    ],
    [
      'query ($on: Boolean!, $off: Boolean!) { box @include(if: $on) { ...B } } fragment B on Box { color @skip(if: $off) }',
      { box: {} },
    ],
    ['query ($on: Boolean!, $off: Boolean!) { room @include(if: $on) box @skip(if: $off) { color } }', { room: 7 }],
    ['{ room box { id @skip(if: true) } }', { room: 7, box: {} }],
    [
      'query ($on: Boolean!, $off: Boolean!) { room thing @include(if: $on) { id @skip(if: $off) ... on Thing { ... on Can { id } } } }',
      { room: 7, thing: {} },
    ],
  ])('is an empty object unless the subgraph returns null: %s', async (query, expected) => {
    const world = await createWorld(partlyRequiring)
    expect(await world.compiled(query, { variables: { on: true, off: true } })).toEqual({ data: expected })
  })
})

test('representations have a key when conditions and interfaces are combined', async () => {
  const world = await createWorld(rankedMedia)
  const query = `query ($on: Boolean!, $off: Boolean!) { top { ... on Tune { ...R } ... on Song { id } } } fragment S on Song { rank }
    fragment M on Media { ...S } fragment R on Media { id ...M @skip(if: $off) ... on Song { best @include(if: $on) } }`
  expect(await world.compiled(query, { variables: { on: false, off: true } })).toEqual({ data: { top: { id: 'm1' } } })
})

test('an object keeps its type inside a fragment on a wider type', async () => {
  const world = await createWorld(rankedMedia)
  const query = '{ songs { ... on Media { ... on Song { id } } } }'
  expect((await world.compiled(query)).data).toEqual({ songs: [{ id: 'm1' }, { id: 'm2' }] })
  expect((await world.stock(query)).data).toEqual({ songs: [{}, {}] })
})
