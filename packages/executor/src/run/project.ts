import type { QueryPlanFieldNode, QueryPlanInlineFragmentNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import type { GraphQLSchema } from 'graphql'
import { isObject, propertyReader, setOwnProperty } from '../lib/own-property.ts'
import type { ResultObject } from './execution.ts'
import { mergeInto } from './merge.ts'
import { isKindOf } from './rewrites.ts'

/** What a plan's selections say of an object; null when it lacks one of the fields outside of fragments. */
export function project(
  schema: GraphQLSchema,
  source: ResultObject,
  selections: readonly QueryPlanSelectionNode[],
): ResultObject | null {
  const result: ResultObject = {}
  for (const selection of selections) {
    if (selection.kind === 'InlineFragment') mergePart(schema, { source, result }, selection)
    else if (!takeField(schema, { source, result }, selection)) return null
  }
  return result
}

interface Projecting {
  source: ResultObject
  result: ResultObject
}

function mergePart(
  schema: GraphQLSchema,
  { source, result }: Projecting,
  { typeCondition, selections }: QueryPlanInlineFragmentNode,
): void {
  const typename = source['__typename']
  if (typeof typename !== 'string' || !typeCondition || !isKindOf(schema, typename, typeCondition)) return
  const part = project(schema, source, selections)
  if (part) mergeInto(result, part)
}

function takeField(schema: GraphQLSchema, { source, result }: Projecting, field: QueryPlanFieldNode): boolean {
  const value = propertyReader(responseNameOf(field))(source)
  if (value !== undefined)
    setOwnProperty(result, field.name, field.selections ? projectValue(schema, value, field.selections) : value)
  return value !== undefined
}

/** The name under which a field lies in the data; a subgraph is sent it under its own. */
export function responseNameOf(field: QueryPlanFieldNode): string {
  return field.alias ?? field.name
}

function projectValue(schema: GraphQLSchema, value: unknown, selections: readonly QueryPlanSelectionNode[]): unknown {
  if (Array.isArray(value)) return value.map((item) => projectValue(schema, item, selections))
  return isObject(value) ? project(schema, value, selections) : null
}
