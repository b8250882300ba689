import {
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  isSpecifiedScalarType,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql'
import { ExactNumber } from '../lib/exact-json.ts'

type Variables = Readonly<Record<string, unknown>>

/** Variables as the types of an operation hold them: exact numbers only in a graph's own scalars, `ID` as text. */
export type PlainNumbers = (variables: Variables) => Variables

/** Finds out where an operation's variables may hold no exact numbers. What is nothing but text, as most variables are, costs nothing. */
export function compilePlainNumbers(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
): PlainNumbers {
  const typed = definitions.flatMap(({ variable, type: node }) => {
    // biome-ignore lint/suspicious/noExplicitAny: its overloads are for one kind of node each
    const type = typeFromAST(schema, node as any)
    const named = type && getNamedType(type)
    const isBound = isInputType(type) && (isSpecifiedScalarType(named as never) || isInputObjectType(named))
    return isBound ? [{ name: variable.name.value, type }] : []
  })
  if (typed.length === 0) return (variables) => variables
  return (variables) => {
    let plain = variables
    for (const { name, type } of typed) {
      const value = Object.hasOwn(variables, name) ? variables[name] : undefined
      if (typeof value !== 'object' || value === null) continue
      const made = plainValue(type, value)
      if (made !== value) plain = { ...plain, [name]: made }
    }
    return plain
  }
}

function plainValue(type: GraphQLInputType, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (isNonNullType(type)) return plainValue(type.ofType, value)
  if (isListType(type)) return Array.isArray(value) ? plainItems(type.ofType, value) : plainValue(type.ofType, value)
  if (isInputObjectType(type)) return value instanceof ExactNumber ? value : plainFields(type.getFields(), value)
  if (!(value instanceof ExactNumber) || !isSpecifiedScalarType(type)) return value
  return type.name === 'ID' ? value.source : Number(value.source)
}

function plainItems(type: GraphQLInputType, items: readonly unknown[]): readonly unknown[] {
  const made = items.map((item) => plainValue(type, item))
  return made.some((item, index) => item !== items[index]) ? made : items
}

function plainFields(fields: Readonly<Record<string, { type: GraphQLInputType }>>, value: object): object {
  const changed = Object.entries(value).flatMap(([name, inner]) => {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined
    const made = field ? plainValue(field.type, inner) : inner
    return made === inner ? [] : [[name, made]]
  })
  return changed.length === 0 ? value : { ...value, ...Object.fromEntries(changed) }
}
