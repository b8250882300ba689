import {
  type GraphQLAbstractType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
} from 'graphql'
import type { Tape } from './tape.ts'

const conditions = ['', '', '', '', ' @include(if: $on)', ' @skip(if: $on)', ' @skip(if: $off)', ' @include(if: true)']

/** An operation over the schema, with fragments, conditions, aliases and repeated fields. */
export function generateQuery(tape: Tape, schema: GraphQLSchema): string {
  const query = schema.getQueryType()
  if (!query) throw new Error('the schema has no queries')
  const body = selections({ tape, schema }, query, 4)
  const variables = ['on', 'off'].filter((name) => body.includes(`$${name}`))
  const definitions = variables.map((name) => (name === 'on' ? '$on: Boolean!' : '$off: Boolean = true'))
  return `query Q${definitions.length > 0 ? `(${definitions.join(', ')})` : ''} ${body}`
}

interface Making {
  tape: Tape
  schema: GraphQLSchema
}

function selections(making: Making, type: GraphQLCompositeType, depth: number): string {
  const { tape } = making
  const parts: string[] = []
  const fields = 'getFields' in type ? Object.values(type.getFields()) : []
  for (let count = 1 + tape.take(4); count > 0 && fields.length > 0; count--) {
    const field = fields[tape.take(fields.length)]
    if (field) parts.push(selection(making, field, depth))
  }
  if (isAbstractType(type)) parts.push(...narrowings(making, type, depth))
  if (isObjectType(type) && tape.once(5)) parts.push(`...${conditionOf(tape)} ${selections(making, type, depth - 1)}`)
  if (tape.once(4)) parts.push('__typename')
  return parts.length > 0 ? `{ ${parts.join(' ')} }` : '{ __typename }'
}

function narrowings(making: Making, type: GraphQLAbstractType, depth: number): string[] {
  const { tape, schema } = making
  const possible = schema.getPossibleTypes(type)
  return Array.from({ length: 1 + tape.take(3) }, () => possible[tape.take(possible.length)])
    .filter((one) => one !== undefined)
    .map((one) => `... on ${one.name}${conditionOf(tape)} ${selections(making, one, depth - 1)}`)
}

function selection(making: Making, field: GraphQLField<unknown, unknown>, depth: number): string {
  const { tape } = making
  const named = getNamedType(field.type)
  const alias = tape.once(6) ? `${['constructor', '__proto__', 'x'][tape.take(3)]}_${field.name}: ` : ''
  if (!isCompositeType(named)) return `${alias}${field.name}${conditionOf(tape)}`
  if (depth <= 0) return '__typename'
  return `${alias}${field.name}${conditionOf(tape)} ${selections(making, named, depth - 1)}`
}

function conditionOf(tape: Tape): string {
  return conditions[tape.take(conditions.length)] ?? ''
}
