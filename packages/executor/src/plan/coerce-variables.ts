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

/** Coerces exact numbers in variables to their types: only custom scalars keep them, `ID` becomes a string. */
export type CoerceVariables = (variables: Variables) => Variables

/** Compiles the coercion of an operation's variables. Operations without built-in scalars and input objects return them unchanged. */
export function compileVariableCoercion(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
): CoerceVariables {
  const typed = definitions.flatMap(({ variable, type: node }) => {
    // biome-ignore lint/suspicious/noExplicitAny: its overloads are for one kind of node each
    const type = typeFromAST(schema, node as any)
    const named = type && getNamedType(type)
    const isBound = isInputType(type) && (isSpecifiedScalarType(named as never) || isInputObjectType(named))
    return isBound ? [{ name: variable.name.value, type }] : []
  })
  if (typed.length === 0) return (variables) => variables
  return (variables) => {
    let result = variables
    for (const { name, type } of typed) {
      const value = Object.hasOwn(variables, name) ? variables[name] : undefined
      if (typeof value !== 'object' || value === null) continue
      const coerced = coerceValue(type, value)
      if (coerced !== value) result = { ...result, [name]: coerced }
    }
    return result
  }
}

function coerceValue(type: GraphQLInputType, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (isNonNullType(type)) return coerceValue(type.ofType, value)
  if (isListType(type)) return Array.isArray(value) ? coerceItems(type.ofType, value) : coerceValue(type.ofType, value)
  if (isInputObjectType(type)) return value instanceof ExactNumber ? value : coerceFields(type.getFields(), value)
  if (!(value instanceof ExactNumber) || !isSpecifiedScalarType(type)) return value
  return type.name === 'ID' ? value.source : Number(value.source)
}

function coerceItems(type: GraphQLInputType, items: readonly unknown[]): readonly unknown[] {
  const coerced = items.map((item) => coerceValue(type, item))
  return coerced.some((item, index) => item !== items[index]) ? coerced : items
}

function coerceFields(fields: Readonly<Record<string, { type: GraphQLInputType }>>, value: object): object {
  const changed = Object.entries(value).flatMap(([name, inner]) => {
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined
    const coerced = field ? coerceValue(field.type, inner) : inner
    return coerced === inner ? [] : [[name, coerced]]
  })
  return changed.length === 0 ? value : { ...value, ...Object.fromEntries(changed) }
}
