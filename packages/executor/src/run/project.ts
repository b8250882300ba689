import type { QueryPlanFieldNode, QueryPlanInlineFragmentNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import type { GraphQLSchema } from 'graphql'
import { isObject, propertyReader, setOwnProperty } from '../lib/own-property.ts'
import { isSubtypeOf } from '../lib/type-condition.ts'
import type { ResultObject } from './execution.ts'
import { mergeInto } from './merge.ts'

/** Projects an object to the selections of a plan; null when it lacks a field outside of fragments. */
export function project(
  schema: GraphQLSchema,
  source: ResultObject,
  selections: readonly QueryPlanSelectionNode[],
): ResultObject | null {
  const result: ResultObject = {}
  for (const selection of selections) {
    if (selection.kind === 'InlineFragment') projectFragment(schema, { source, result }, selection)
    else if (!projectField(schema, { source, result }, selection)) return null
  }
  return result
}

interface Projection {
  source: ResultObject
  result: ResultObject
}

function projectFragment(
  schema: GraphQLSchema,
  { source, result }: Projection,
  { typeCondition, selections }: QueryPlanInlineFragmentNode,
): void {
  const typename = source['__typename']
  if (typeof typename !== 'string' || !typeCondition || !isSubtypeOf(schema, typename, typeCondition)) return
  const part = project(schema, source, selections)
  if (part) mergeInto(result, part)
}

function projectField(schema: GraphQLSchema, { source, result }: Projection, field: QueryPlanFieldNode): boolean {
  const value = propertyReader(responseNameOf(field))(source)
  if (value !== undefined)
    setOwnProperty(result, field.name, field.selections ? projectValue(schema, value, field.selections) : value)
  return value !== undefined
}

/** The name of a field in the data. Representations use its plain name. */
export function responseNameOf(field: QueryPlanFieldNode): string {
  return field.alias ?? field.name
}

function projectValue(schema: GraphQLSchema, value: unknown, selections: readonly QueryPlanSelectionNode[]): unknown {
  if (Array.isArray(value)) return value.map((item) => projectValue(schema, item, selections))
  return isObject(value) ? project(schema, value, selections) : null
}
