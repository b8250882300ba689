import {
  type FieldNode,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  getNamedType,
  isCompositeType,
  isInputObjectType,
  isObjectType,
  valueFromASTUntyped,
} from 'graphql'
import type { CostRules } from './collect-costs.ts'

/** Variable values by name. */
export type Values = Readonly<Record<string, unknown>>

/** A field, with the coordinates at which the schema may have rules for it. */
export interface FieldPosition {
  coordinates: readonly string[]
  field: GraphQLField<unknown, unknown>
}

/** The base cost of each mutation field. */
export const mutationWeight = 10

/** The cost of one value of a type whose field has no `@cost`: that of the type, or else 1 for an object and 0 for others. */
export function typeWeight({ weights }: CostRules, type: GraphQLNamedType): number {
  return weights.get(type.name) ?? (isCompositeType(type) ? 1 : 0)
}

/** The coordinates of the field in the type and in its interfaces. */
export function coordinatesOf(type: GraphQLNamedType, field: string): string[] {
  const interfaces = isObjectType(type) ? type.getInterfaces() : []
  return [type, ...interfaces].map(({ name }) => `${name}.${field}`)
}

/** The rule of the first coordinate that has one. */
export function firstOf<T>(coordinates: readonly string[], rules: ReadonlyMap<string, T>): T | undefined {
  for (const coordinate of coordinates) if (rules.has(coordinate)) return rules.get(coordinate)
  return undefined
}

/** The given arguments of a field. */
export function argumentsOf(node: FieldNode, variables: Values): Values {
  return Object.fromEntries(
    (node.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value, variables)]),
  )
}

/** The cost of a field's arguments with nested input fields. The weight of a list applies to each item. */
export function costOfArguments(rules: CostRules, { coordinates, field }: FieldPosition, given: Values): number {
  if (!rules.weighsInputs) return 0
  return field.args
    .filter(({ name }) => given[name] !== undefined)
    .map(({ name, type }) => {
      const own = coordinates.map((coordinate) => rules.weights.get(`${coordinate}(${name}:)`) ?? 0)
      const value = upTo(
        firstOf(
          coordinates.map((coordinate) => `${coordinate}(${name}:)`),
          rules.maxItems,
        ),
        given[name],
      )
      return Math.max(0, ...own) * countOf(value) + costOfInput(rules, type, value)
    })
    .reduce((sum, cost) => sum + cost, 0)
}

/** A list cut to its maximum length. */
function upTo(most: number | undefined, value: unknown): unknown {
  return most !== undefined && Array.isArray(value) ? value.slice(0, most) : value
}

/** An empty list costs as much as one item. */
function countOf(value: unknown): number {
  return Array.isArray(value) ? Math.max(1, value.length) : 1
}

function costOfInput(rules: CostRules, type: GraphQLInputType, value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, item) => sum + costOfInput(rules, type, item), 0)
  const named = getNamedType(type)
  if (!isInputObjectType(named) || typeof value !== 'object' || value === null) return 0
  return Object.values(named.getFields())
    .filter(({ name }) => Object.hasOwn(value, name))
    .map((field) => {
      const at = `${named.name}.${field.name}`
      const weight = rules.weights.get(at) ?? 0
      const part = upTo(rules.maxItems.get(at), (value as Record<string, unknown>)[field.name])
      return weight * countOf(part) + costOfInput(rules, field.type, part)
    })
    .reduce((sum, cost) => sum + cost, 0)
}
