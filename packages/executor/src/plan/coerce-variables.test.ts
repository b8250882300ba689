import { buildSchema, GraphQLFloat, GraphQLID, GraphQLInt, GraphQLScalarType, Kind, parse } from 'graphql'
import { expect, test } from 'vitest'
import { ExactNumber } from '../lib/exact-json.ts'
import { compileLeaf } from '../write/leaf.ts'
import { compileVariableCoercion } from './coerce-variables.ts'

const long = new ExactNumber('9007199254740993')
const fraction = new ExactNumber('0.12345678901234567890')

const schema = buildSchema(`scalar Long type Query { f(a: In): Int }
  input In { id: ID float: Float long: Long in: [In!] ids: [ID] }`)

function coerce(definitions: string, variables: Record<string, unknown>) {
  const [operation] = parse(`query (${definitions}) { f }`).definitions
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation')
  return compileVariableCoercion(schema, operation.variableDefinitions ?? [])(variables)
}

test('long numbers become strings in ID and numbers in Float, and stay exact in custom scalars', () => {
  expect(coerce('$id: ID!, $float: Float, $long: Long', { id: long, float: fraction, long })).toEqual({
    id: '9007199254740993',
    float: 0.12345678901234568,
    long,
  })
})

test('long numbers in input objects and lists are coerced too', () => {
  const given = { id: 'a', float: fraction, long, in: [{ ids: [1, long, null] }], unknown: long }
  expect(coerce('$in: In, $list: [[ID!]]', { in: given, list: [[long], long] })).toEqual({
    in: { id: 'a', float: 0.12345678901234568, long, in: [{ ids: [1, '9007199254740993', null] }], unknown: long },
    list: [['9007199254740993'], '9007199254740993'],
  })
})

test('variables without long numbers are not copied', () => {
  const variables = { in: { id: 'a', in: [{ ids: ['b'] }] }, list: ['c'] }
  expect(coerce('$in: In, $list: [ID!]', variables)).toBe(variables)
})

test('responses keep long numbers in custom scalars and in ID', () => {
  expect(compileLeaf(new GraphQLScalarType({ name: 'Long' }))({ deep: [long] })).toBe('{"deep":[9007199254740993]}')
  expect(compileLeaf(GraphQLID)(long)).toBe('"9007199254740993"')
  expect(compileLeaf(GraphQLID)(5)).toBe('"5"')
  expect(compileLeaf(GraphQLID)(fraction)).toBeNull()
  expect(compileLeaf(GraphQLFloat)(fraction)).toBe('0.12345678901234568')
  expect(compileLeaf(GraphQLFloat)(new ExactNumber('1e400'))).toBeNull()
  expect(compileLeaf(GraphQLInt)(long)).toBeNull()
})
