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

/** Values by name. */
export type Values = Readonly<Record<string, unknown>>

/** A field, by the places where the schema may say something of it. */
export interface FieldPosition {
  coordinates: readonly string[]
  field: GraphQLField<unknown, unknown>
}

/** What each mutation costs besides what it answers. */
export const mutationWeight = 10

/** What one value of a type costs of which its field says nothing: an object 1, anything else nothing, or what `@cost` says. */
export function typeWeight({ weights }: CostRules, type: GraphQLNamedType): number {
  return weights.get(type.name) ?? (isCompositeType(type) ? 1 : 0)
}

/** The field of the type itself, and of the interfaces that it implements. */
export function coordinatesOf(type: GraphQLNamedType, field: string): string[] {
  const interfaces = isObjectType(type) ? type.getInterfaces() : []
  return [type, ...interfaces].map(({ name }) => `${name}.${field}`)
}

/** What is said of the first of the coordinates of which anything is. */
export function firstOf<T>(coordinates: readonly string[], rules: ReadonlyMap<string, T>): T | undefined {
  for (const coordinate of coordinates) if (rules.has(coordinate)) return rules.get(coordinate)
  return undefined
}

/** A field's arguments, as far as they are given. */
export function argumentsOf(node: FieldNode, variables: Values): Values {
  return Object.fromEntries(
    (node.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value, variables)]),
  )
}

/** What the given arguments of a field cost, with what lies in them. What is said of a list is said of each item. */
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

/** A list without what is beyond its most. */
function upTo(most: number | undefined, value: unknown): unknown {
  return most !== undefined && Array.isArray(value) ? value.slice(0, most) : value
}

/** An empty list costs as much as one item: it is there. */
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
