import { GraphQLError } from 'graphql'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { catalogue } from './corpus/catalogue.ts'
import { createWorld, type Json, type World } from './world.ts'

let world: World

beforeAll(async () => {
  world = await createWorld(catalogue.subgraphs)
})

beforeEach(() => {
  world.intercept(null)
  world.requests()
})

describe('a field that is missing because a subgraph fails', () => {
  const down = (...names: string[]) =>
    world.intercept((subgraph, answer) => {
      if (names.includes(subgraph))
        throw new GraphQLError(`${subgraph} is down`, { extensions: { code: 'UNAVAILABLE' } })
      return answer
    })
  const pathsOf = async (query: string) => (await world.compiled(query)).errors?.map(({ path }) => path)

  test('has an error at each path, in the client’s response names', async () => {
    down('reviews')
    const query = '{ me { name mine: reviews { body } } users { id reviews { body } } }'
    const { data, errors } = await world.compiled(query)
    expect(data.me).toEqual({ name: 'Ada', mine: null })
    expect(errors?.map(({ path }) => path)).toEqual([
      ['me', 'mine'],
      ...data.users.flatMap((user: Json, index: number) => (user ? [['users', index, 'reviews']] : [])),
    ])
    expect(new Set(errors?.map(({ message, extensions }) => `${message} ${extensions?.['code']}`))).toEqual(
      new Set(['reviews is down UNAVAILABLE']),
    )
  })

  test('has an error at each root field', async () => {
    down('accounts')
    expect(await world.compiled('{ a: me { name } users { id } products { upc } }')).toMatchObject({
      data: { a: null, users: null, products: [{}, {}, {}] },
      errors: [{ path: ['a'] }, { path: ['users'] }],
    })
  })

  test('has an error when it was not fetched because its requirements are missing', async () => {
    down('accounts')
    expect(await pathsOf('{ topReviews { body author { id mood reviews { body } } } }')).toContainEqual([
      'topReviews',
      0,
      'author',
      'mood',
    ])
  })

  test('causes an error at a field that requires it', async () => {
    const required = await createWorld([
      {
        name: 'a',
        sdl: 'type Query { item: Item } type Item @key(fields: "id") { id: ID! }',
        resolvers: { Query: { item: () => ({ id: 1 }) } },
      },
      { name: 'b', sdl: 'type Item @key(fields: "id") { id: ID! price: Int }', resolvers: {} },
      {
        name: 'c',
        sdl: 'type Item @key(fields: "id") { id: ID! price: Int @external tax: Int @requires(fields: "price") }',
        resolvers: {},
      },
    ])
    required.intercept((subgraph, answer) => {
      if (subgraph === 'b') throw new GraphQLError('down')
      return answer
    })
    expect(await required.compiled('{ item { id tax } }')).toEqual({
      data: { item: { id: '1', tax: null } },
      errors: [{ message: 'down', path: ['item', 'tax'] }],
    })
  })

  test('has one error when its parent becomes null', async () => {
    const required = await createWorld([
      {
        name: 'a',
        sdl: 'type Query { item: Item other: Int } type Item @key(fields: "id") { id: ID! }',
        resolvers: { Query: { item: () => ({ id: 1 }), other: () => 1 } },
      },
      { name: 'b', sdl: 'type Item @key(fields: "id") { id: ID! x: Int! y: Int }', resolvers: {} },
    ])
    required.intercept((subgraph, answer) => {
      if (subgraph === 'b') throw new GraphQLError('down')
      return answer
    })
    expect(await required.compiled('{ item { id x y } other }')).toEqual({
      data: { item: null, other: 1 },
      errors: [{ message: 'down', path: ['item', 'x'] }],
    })
  })

  test('has an error without a path when the client did not select it', async () => {
    down('accounts')
    const { data, errors } = await world.compiled(
      '{ topReviews { body author { ... on User @skip(if: true) { mood } } } }',
    )
    expect(data.topReviews[0].author).toEqual({})
    for (const { path } of errors ?? []) expect(path).toBeUndefined()
  })

  test('has at most a hundred errors with a path, and one for the rest', async () => {
    const users = Array.from({ length: 300 }, (_, index) => ({ __typename: 'User', id: `u${index}` }))
    world.intercept((subgraph, answer) => {
      if (subgraph === 'reviews') throw new GraphQLError('down')
      return subgraph === 'accounts' ? { data: { users } } : answer
    })
    const { data, errors } = await world.compiled('{ users { id reviews { body } } }')
    expect(data.users).toHaveLength(300)
    expect(errors?.map(({ path }) => path?.[1])).toEqual([...Array(100).keys(), undefined])
    expect(errors?.at(-1)).toEqual({ message: 'down' })
  })

  test('has an error at its entity: for an error without a field, and for a response without entities', async () => {
    const query = '{ users { id reviews { body } } }'
    const entities = (count: number) =>
      Array.from({ length: count }, (_, index) => (index === 1 ? null : { reviews: [] }))
    world.intercept((subgraph, answer) =>
      subgraph === 'reviews'
        ? {
            data: { _entities: entities((answer.data as Json)._entities.length) },
            errors: [{ message: 'no', path: ['_entities', 1] }],
          }
        : answer,
    )
    expect(await pathsOf(query)).toEqual([['users', 1, 'reviews']])
    world.intercept((subgraph, answer) =>
      subgraph === 'reviews'
        ? { data: null, errors: [{ message: 'no', path: ['_entities', 0, 'reviews', 2] }] }
        : answer,
    )
    const paths = await pathsOf(query)
    expect(paths?.[0]).toEqual(['users', 0, 'reviews', 2])
    expect(paths?.slice(1)).toEqual(expect.arrayContaining([['users', 1, 'reviews']]))
  })
})

describe('a value that does not match the schema', () => {
  const values = { n: 'one', f: true, e: 'C', b: 1, l: [1, 'two'], o: { x: 1.5 }, req: null }
  const world = createWorld([
    {
      name: 's',
      sdl: 'type Query { n: Int f: Float e: E b: Boolean l: [Int!] o: O req: String! hello: String } enum E { A B } type O { x: Int! y: String }',
      resolvers: {},
    },
  ])
  const run = async (query: string) => {
    const { compiled, intercept } = await world
    intercept((_name, answer) => ({ data: { ...(answer.data as object), ...values } }))
    return await compiled(query)
  }
  const code = { code: 'RESPONSE_VALIDATION_FAILED' }

  test.each([
    ['{ n hello }', { n: null, hello: null }, [['n']]],
    ['{ f e b }', { f: null, e: null, b: null }, [['f'], ['e'], ['b']]],
    ['{ l }', { l: null }, [['l', 1]]],
    ['{ o { x } }', { o: null }, [['o', 'x']]],
    ['{ req hello }', null, [['req']]],
  ])('is null with an error at its path: %s', async (query, data, paths) => {
    const answer = await run(query)
    expect(answer.data).toEqual(data)
    expect(answer.errors?.map(({ path, extensions }) => ({ path, extensions }))).toEqual(
      paths.map((path) => ({ path, extensions: code })),
    )
  })

  test('has an error unless a subgraph already reported one there', async () => {
    const { compiled, intercept } = await world
    const told = { message: 'no', path: ['o', 'x'] }
    intercept(() => ({ data: { o: { x: null }, n: 'one' }, errors: [told] }))
    const { errors } = await compiled('{ o { x } n }')
    expect(errors?.map(({ message, path }) => ({ message, path }))).toEqual([
      told,
      { message: 'Invalid value found for field Query.n.', path: ['n'] },
    ])
  })
})
