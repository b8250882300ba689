import { readFileSync } from 'node:fs'
import { buildSchema } from 'graphql'
import { describe, expect, test } from 'vitest'
import { CompositionFailed, composeGraph, errorCodesIn } from './compose.ts'

const common = readFileSync(new URL('common.graphql', import.meta.url), 'utf8')
const part = (name: string, sdl: string) => ({ name, url: `http://127.0.0.1/${name}`, sdl: `${common}\n${sdl}` })
const user = part(
  'user',
  'type Query { me: User @authenticated } type User @key(fields: "id") { id: ID! name: String }',
)
const booking = part(
  'booking',
  'type Query { events: [String!]! @public } type User @key(fields: "id") { id: ID! bookings: [Money!] }',
)

test('joins the parts into one graph, with access rules in the supergraph and none in what clients see', () => {
  const { supergraphSdl, apiSdl, hints } = composeGraph([user, booking])
  expect(supergraphSdl).toMatch(/me: User .*@authenticated/)
  expect(supergraphSdl).toMatch(/events: \[String!\]! .*@public/)
  expect(supergraphSdl).toContain('BOOKING @join__graph(name: "booking", url: "http://127.0.0.1/booking")')
  expect(apiSdl).not.toMatch(/join__|@public|@authenticated/)
  expect(Object.keys(buildSchema(apiSdl).getType('User')?.toConfig() ?? {})).toContain('fields')
  expect(hints).toEqual([])
})

test('gives the same text however often it composes', () => {
  expect(composeGraph([user, booking])).toEqual(composeGraph([user, booking]))
})

test('says all reasons at once, by subgraph, when the parts do not make one graph', () => {
  const other = part(
    'partner',
    'type Query { me: Int @authenticated } type User @key(fields: "id") { id: ID! name: Int }',
  )
  expect(() => composeGraph([user, other])).toThrow(CompositionFailed)
  expect(() => composeGraph([user, other])).toThrow(/INVALID_FIELD_SHARING[\s\S]*"user"[\s\S]*"partner"/)
})

test('names the subgraph whose schema is not GraphQL', () => {
  expect(() => composeGraph([user, part('payment', 'type {')])).toThrow(/payment is not GraphQL: Syntax Error/)
})

test('tells of what somebody should look at', () => {
  const a = part('user', 'type Query { a(input: In): String @public } input In { x: Int }')
  const b = part('booking', 'type Query { b(input: In): String @public } input In { x: Int y: Int }')
  expect(composeGraph([a, b]).hints.join()).toContain('INCONSISTENT_INPUT_OBJECT_FIELD')
})

test('lets the owner of an entity describe it', () => {
  const owner = part(
    'user',
    'type Query { a: User @public } "A person." type User @key(fields: "id") { "Theirs." id: ID! }',
  )
  const other = ['admin', 'booking'].map((name) =>
    part(
      name,
      `type Query { ${name}: User @public } "A reference." type User @key(fields: "id", resolvable: false) { "Borrowed." id: ID! }`,
    ),
  )
  const { apiSdl, hints } = composeGraph([...other, owner])
  expect(apiSdl).toContain('"A person."')
  expect(apiSdl).toContain('"Theirs."')
  expect(hints).toEqual([])
})

test('finds the public codes of refusals in their source', () => {
  const source = `export class SeatsTaken extends DomainError {\n  readonly code = 'SEATS_TAKEN'\n}\nconst code = 'NOT_ONE'`
  expect(errorCodesIn(source)).toEqual(['SEATS_TAKEN'])
})

describe('an input of which exactly one field may be given', () => {
  const by = 'input By @oneOf { id: ID name: String }'
  const one = part('user', `type Query { find(by: By!): String @public } ${by}`)

  test('is so in the supergraph and for clients, which composition leaves out', () => {
    const { supergraphSdl, apiSdl } = composeGraph([one, booking])
    expect(supergraphSdl).toMatch(/^input By @oneOf\n/m)
    expect(supergraphSdl.match(/directive @oneOf on INPUT_OBJECT/g)).toHaveLength(1)
    expect(buildSchema(apiSdl).getType('By')).toHaveProperty('isOneOf', true)
  })

  test('is so in all subgraphs or in none', () => {
    const other = part('partner', `type Query { other(by: By!): String @public } ${by.replace(' @oneOf', '')}`)
    expect(() => composeGraph([one, other])).toThrow(/partner: the input By is @oneOf in another subgraph and not here/)
    expect(composeGraph([one, part('partner', `type Query { other(by: By!): String @public } ${by}`)]).hints).toEqual(
      [],
    )
  })
})
