import { graphql } from 'graphql'
import { expect, test } from 'vitest'
import { Forbidden, NotFound, Unauthenticated } from '../base/errors.ts'
import { newId } from '../base/ids.ts'
import type { NodeGetters } from './nodes.ts'
import { buildSchema } from './schema.ts'

const sdl = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
    @link(url: "https://tikitu.dev/access/v1.0", import: ["@public"]) @composeDirective(name: "@public")
  directive @public on FIELD_DEFINITION
  directive @typeId(prefix: String!) on OBJECT
  interface Node { id: ID! }
  type Query { _nodes(ids: [ID!]!): [ID] @public }
  type Item implements Node @key(fields: "id") @typeId(prefix: "itm") { id: ID! }
`
const id = newId('itm')

async function visible(get: NodeGetters<object>[string], ids: readonly string[] = [id]) {
  const source = 'query ($ids: [ID!]!) { _nodes(ids: $ids) }'
  return await graphql({
    schema: buildSchema(sdl, {}, { Item: get }),
    source,
    variableValues: { ids },
    contextValue: {},
  })
}

test('gives the ids of what the caller may see, each at its place, and asks for nothing that is no id', async () => {
  const asked: string[] = []
  const get = async (_ctx: object, wanted: string) => {
    asked.push(wanted)
    return wanted === id ? {} : null
  }
  const other = newId('itm')
  const ids = [other, id, newId('xyz'), 'itm_', 'item', '', `${id}0`]
  expect((await visible(get, ids)).data).toEqual({ _nodes: [null, id, null, null, null, null, null] })
  expect(asked).toEqual([other, id])
})

test.each([new Forbidden('no'), new Unauthenticated(), new NotFound('item', id)])(
  'hides what throws %s',
  async (error) => {
    expect(await visible(() => Promise.reject(error))).toEqual({ data: { _nodes: [null] } })
  },
)

test('tells what it could not find out', async () => {
  const { data, errors } = await visible(() => Promise.reject(new Error('the database is down')), [id])
  expect(data).toEqual({ _nodes: [null] })
  expect(errors?.[0]?.path).toEqual(['_nodes', 0])
})

test('refuses to build a schema with a node that nobody finds, or a getter of no node', () => {
  expect(() => buildSchema(sdl, {})).toThrow('no getter for Item')
  expect(() => buildSchema(sdl, {}, { Item: async () => null, Thing: async () => null })).toThrow('no type for Thing')
  expect(() => buildSchema(sdl.replace('@typeId(prefix: "itm")', ''), {}, { Item: async () => null })).toThrow(
    '@typeId',
  )
})
