import { describe, expect, test } from 'vitest'
import { goods, halfRequiring, homonyms, keysInAnyOrder, nobody, ranked, unlike } from './better-graphs.ts'
import { createWorld, type Json } from './world.ts'

/** What a subgraph was sent of an object, as its answer tells. */
function told(text: string): Json {
  return JSON.parse(text)
}

describe('what a field requires is not what the client calls by that name', () => {
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
    const world = await createWorld(goods)
    const { data, errors } = await world.compiled(query)
    expect(errors).toBeUndefined()
    expect(data.good).toMatchObject(own)
    expect(told(data.good.parcel)).toEqual({ __typename: 'Good', id: 'g1', weight: 3 })
  })

  test('a forged name is what the stock executor believes', async () => {
    const world = await createWorld(goods)
    const { data } = await world.stock('{ good { weight: name parcel } }')
    expect(told(data.good.parcel)).toMatchObject({ weight: 'Desk' })
  })

  test('a key that the client calls otherwise stays the key, and the client gets what it asked for', async () => {
    const world = await createWorld(goods)
    const { data } = await world.compiled(
      '{ good { id: name parcel } goods { key: id id: weight parcel __typename: name } }',
    )
    expect(data.good.id).toBe('Desk')
    expect(told(data.good.parcel).id).toBe('g1')
    expect(data.goods.map(({ key, id, __typename }: Json) => [key, id, __typename])).toEqual([
      ['g1', 3, 'Desk'],
      ['g2', 5, 'Lamp'],
    ])
    expect(data.goods.map(({ parcel }: Json) => told(parcel).weight)).toEqual([3, 5])
  })

  test('paths of errors and misfits name things as the client does', async () => {
    const world = await createWorld(goods)
    const failing = await world.compiled('{ goods { id: broken parcel } weight: good { id } }')
    expect(failing.errors?.map(({ path }) => path)).toEqual([
      ['goods', 0, 'id'],
      ['goods', 1, 'id'],
    ])
    world.spoil((_name, answer) => ({ data: JSON.parse(JSON.stringify(answer.data).replaceAll('"Desk"', '7')) }))
    const misfit = await world.compiled('{ good { id: name parcel } }')
    expect(misfit.errors).toMatchObject([{ path: ['good', 'id'], message: 'Invalid value found for field Good.id.' }])
  })

  test('names that the client gives beside it stay its own', async () => {
    const world = await createWorld(goods)
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
  ])('do not depend on what else is asked for: %s', async (query, expected) => {
    const world = await createWorld(goods)
    const { data, errors } = await world.compiled(query)
    expect(errors).toBeUndefined()
    const prices = Object.entries<Json>(data.good).map(([name, value]) => [
      name,
      typeof value === 'string' && value.startsWith('{') ? told(value).price : value,
    ])
    expect(Object.fromEntries(prices)).toEqual(expected)
  })

  test('count in what lies deeper too, and for each type of an interface', async () => {
    const world = await createWorld(goods)
    const { data } = await world.compiled('{ good { parts { cost(in: "EUR") } deepUsd deepEur ... on Good { usd } } }')
    expect(data.good.parts).toEqual([{ cost: 1 }, { cost: 2 }])
    expect(told(data.good.deepUsd).parts).toEqual([{ cost: 11 }, { cost: 12 }])
    expect(told(data.good.deepEur).parts).toEqual([{ cost: 1 }, { cost: 2 }])
    expect(told(data.good.usd).price).toBe(10)
  })

  test('go to the subgraph as that subgraph knows them, with variables of the rest only where they are used', async () => {
    const world = await createWorld(goods)
    await world.compiled('query ($to: String!) { good { usd eur sent(to: $to) } }', { variables: { to: 'x' } })
    const sent = world.asked().filter(({ subgraph }) => subgraph === 'post')
    expect(sent.map(({ variables }) => variables)).toEqual([
      {
        representations_0: [{ __typename: 'Good', id: 'g1', price: 10 }],
        representations_1: [{ __typename: 'Good', id: 'g1', price: 9 }],
        to: 'x',
      },
    ])
  })

  test('what the stock executor sends is one price for both', async () => {
    const world = await createWorld(goods)
    const { data } = await world.stock('{ good { usd eur } }')
    expect(told(data.good.usd).price).toBe(told(data.good.eur).price)
  })
})

test('what a field requires is told by its type', async () => {
  const world = await createWorld(unlike)
  const { data } = await world.compiled('{ all { ... on Round { price } ... on Square { price } } }')
  expect(data.all.map(({ price }: Json) => told(price).size)).toEqual([1, 2])
})

test('the key that is sent is one that the subgraph resolves, whatever stands first', async () => {
  const world = await createWorld(keysInAnyOrder)
  const { data } = await world.compiled('{ shelf { books { name label } } }')
  const label = { __typename: 'Book', id: 'b1', code: { two: '2', three: '3' }, name: 'One' }
  expect(told(data.shelf.books[0].label)).toEqual(label)
  const stock = await world.stock('{ shelf { books { name label } } }')
  expect(told(stock.data.shelf.books[0].label)).not.toEqual(label)
})

describe('an interface object that nobody implements', () => {
  test.each([
    ['{ lost { note } }', { lost: null }, [['lost']]],
    ['{ box { lost { note } } }', { box: { lost: null } }, [['box', 'lost']]],
    ['{ box { size lost { note } } }', { box: { size: 4, lost: null } }, [['box', 'lost']]],
    ['{ a: lost { ...N } } fragment N on Thing { note }', { a: null }, [['a']]],
  ])('is an error, not a null in silence: %s', async (query, data, paths) => {
    const world = await createWorld(nobody)
    const answer = await world.compiled(query)
    expect(answer.data).toEqual(data)
    expect(answer.errors?.map(({ path }) => path)).toEqual(paths)
    expect((await world.stock(query)).errors).toBeUndefined()
  })

  test('is null where it is null, and an object where the subgraph has the field', async () => {
    const world = await createWorld(nobody)
    expect(await world.compiled('{ none { note } found { note } }')).toEqual({
      data: { none: null, found: { note: 'here' } },
    })
  })
})

test('one response name for fields of several types keeps them apart', async () => {
  const world = await createWorld(homonyms)
  const { data, errors } = await world.compiled('{ all { ... on Cat { id: name owner } ... on Dog { id owner } } }')
  expect(errors).toBeUndefined()
  expect(data.all).toEqual([
    { id: 'Tom', owner: 'owner of c1' },
    { id: 'd1', owner: 'owner of d1' },
  ])
})

describe('a subgraph that knows an interface as an object', () => {
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
  ])('does not say what an object is: %s', async (query, variables) => {
    const world = await createWorld(ranked)
    const { data, errors } = await world.compiled(query, { variables })
    expect(errors).toBeUndefined()
    expect(data.songs.map(({ rank, __typename, what }: Json) => [rank, __typename ?? what])).toEqual([
      [1, 'Song'],
      [2, 'Song'],
    ])
  })
})

describe('what a skipped field requires', () => {
  test.each([
    ['query ($off: Boolean!) { box { color broad @skip(if: $off) } }', { color: 'red' }],
    ['query ($off: Boolean!) { box { color ... @skip(if: $off) { broad } } }', { color: 'red' }],
    [
      'query ($off: Boolean!) { box { ...B color high @skip(if: $off) } } fragment B on Box { broad @skip(if: $off) }',
      { color: 'red' },
    ],
  ])('is not missed by the rest: %s', async (query, expected) => {
    const world = await createWorld(halfRequiring)
    expect(await world.compiled(query, { variables: { off: true } })).toEqual({ data: { box: expected } })
    const { data } = await world.compiled(query, { variables: { off: false } })
    expect(told(data.box.broad).width).toBe(2)
  })

  test('leaves another field its own', async () => {
    const world = await createWorld(halfRequiring)
    const query = 'query ($off: Boolean!) { box { high broad @skip(if: $off) } }'
    const { data } = await world.compiled(query, { variables: { off: true } })
    expect(told(data.box.high)).toEqual({ __typename: 'Box', id: 'b1', height: 3 })
  })
})

describe('an object of which nothing is asked after all', () => {
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
  ])('is there all the same, as far as its subgraph says: %s', async (query, expected) => {
    const world = await createWorld(halfRequiring)
    expect(await world.compiled(query, { variables: { on: true, off: true } })).toEqual({ data: expected })
  })
})

test('entities are sent with their key wherever conditions and interfaces meet', async () => {
  const world = await createWorld(ranked)
  const query = `query ($on: Boolean!, $off: Boolean!) { top { ... on Tune { ...R } ... on Song { id } } } fragment S on Song { rank }
    fragment M on Media { ...S } fragment R on Media { id ...M @skip(if: $off) ... on Song { best @include(if: $on) } }`
  expect(await world.compiled(query, { variables: { on: false, off: true } })).toEqual({ data: { top: { id: 'm1' } } })
})

test('an object stays what it is inside a fragment on a wider type', async () => {
  const world = await createWorld(ranked)
  const query = '{ songs { ... on Media { ... on Song { id } } } }'
  expect((await world.compiled(query)).data).toEqual({ songs: [{ id: 'm1' }, { id: 'm2' }] })
  expect((await world.stock(query)).data).toEqual({ songs: [{}, {}] })
})
