import { buildSchema, isObjectType } from 'graphql'
import { expect, test } from 'vitest'
import { idProblems, nodePart } from './node-part.ts'
import { subgraphNames, subgraphSdl } from './sdl.ts'

const part = (name: string, sdl: string) => ({ name, url: '', sdl })
const good = 'type A implements Node @key(fields: "id") @typeId(prefix: "aaa") { id: ID! }'

test('ids of our graph are unique over types, and every entity with an id is a node', () => {
  const parts = subgraphNames.map((name) => part(name, subgraphSdl(name)))
  expect(idProblems(parts)).toEqual([])
  const local = buildSchema(nodePart(parts)?.sdl ?? '', { assumeValidSDL: true })
  const nodes = Object.values(local.getTypeMap()).filter(
    (type) => isObjectType(type) && !/^(Query|__.*)$/.test(type.name),
  )
  const entities = parts.flatMap(({ sdl }) =>
    [...sdl.matchAll(/^type (\w+)[^{]*@key\(fields: "id"\)/gm)].map(([, name]) => name),
  )
  expect(nodes.map(({ name }) => name)).toEqual([...new Set(entities)].sort())
})

test('names types whose ids could be those of another, and nodes that cannot be found', () => {
  expect(idProblems([part('one', `${good} type B { id: ID! @external }`)])).toEqual([
    'one: B has an id and no @typeId(prefix:)',
  ])
  expect(idProblems([part('one', good), part('two', 'type C @typeId(prefix: "aaa") { id: ID! }')])).toEqual([
    "one: the prefix aaa of A is another type's too",
    "two: the prefix aaa of C is another type's too",
  ])
  expect(idProblems([part('one', 'type A implements Node @typeId(prefix: "aaa") { id: ID! }')])).toEqual([
    'one: the node A needs @key(fields: "id") and @typeId(prefix:)',
  ])
  const second = good.replace('aaa', 'bbb')
  expect(idProblems([part('one', good), part('two', second)])).toContain('two: A is a node of another service, too')
  const extended = 'type A @key(fields: "id") { id: ID! b: Int }'
  expect(idProblems([part('one', good), part('two', extended)])).toEqual([])
})

test('adds nothing to a graph without nodes', () => {
  expect(nodePart([part('one', 'type Query { a: Int }')])).toBeNull()
  expect(nodePart([part('one', 'type A implements Node @key(fields: "id") { id: ID! }')])).toBeNull()
})
