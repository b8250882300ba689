import type { FetchNode, QueryPlanFieldNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import type { GraphQLSchema } from 'graphql'
import { isObject, readerOf } from './own.ts'
import { project, responseNameOf } from './project.ts'
import { quote } from './quote.ts'
import { compileRewrites, isKindOf } from './rewrites.ts'
import type { ResultObject } from './run.ts'

/** An entity's representation as JSON, or null when it is of another type or lacks a required field: nothing is fetched for it. */
export type Represent = (entity: ResultObject) => string | null

/** Compiles what a fetch sends of each entity, once for each type that occurs. */
export function compileRequires(schema: GraphQLSchema, { requires = [], inputRewrites }: FetchNode): Represent {
  const byType = new Map<string, Represent>()
  const rewrite = compileRewrites(schema, inputRewrites)
  const compileFor = (typename: string): Represent => {
    const fields = rewrite ? null : plainFields(schema, requires, typename)
    if (fields) return writeFields(fields)
    return (entity) => {
      const representation = project(schema, entity, requires)
      if (!representation?.['__typename']) return null
      rewrite?.(representation)
      return JSON.stringify(representation)
    }
  }
  return (entity) => {
    const typename = entity['__typename']
    if (typeof typename !== 'string' || typename === '') return null
    let represent = byType.get(typename)
    if (!represent) {
      represent = compileFor(typename)
      if (schema.getType(typename)) byType.set(typename, represent)
    }
    return represent(entity)
  }
}

/** The fields of the one fragment for this type, in the form that can be written straight; null when it is more involved. */
function plainFields(
  schema: GraphQLSchema,
  requires: readonly QueryPlanSelectionNode[],
  typename: string,
): readonly QueryPlanFieldNode[] | null {
  const matching = requires.filter(
    (selection) =>
      selection.kind === 'InlineFragment' &&
      selection.typeCondition !== undefined &&
      isKindOf(schema, typename, selection.typeCondition),
  )
  if (requires.some(({ kind }) => kind === 'Field') || matching.length > 1) return null
  const fields: readonly QueryPlanSelectionNode[] = matching[0]?.kind === 'InlineFragment' ? matching[0].selections : []
  if (!areFields(fields)) return null
  return fields.length === 0 || fields.some(({ name }) => name === '__typename') ? fields : null
}

function areFields(selections: readonly QueryPlanSelectionNode[]): selections is readonly QueryPlanFieldNode[] {
  if (selections.some(({ kind }) => kind !== 'Field')) return false
  const names = new Set(selections.map((field) => (field as QueryPlanFieldNode).name))
  if (names.size < selections.length) return false
  return selections.every((selection) => selection.kind !== 'Field' || areFields(selection.selections ?? []))
}

function writeFields(fields: readonly QueryPlanFieldNode[]): Represent {
  const writers = fields.map((field, index) => ({
    prefix: `${index === 0 ? '{' : ','}${JSON.stringify(field.name)}:`,
    read: readerOf(responseNameOf(field)),
    write: field.selections ? writeNested(writeFields(field.selections as QueryPlanFieldNode[])) : writeLeaf,
  }))
  if (writers.length === 0) return () => null
  return (entity) => {
    let text = ''
    for (const { prefix, read, write } of writers) {
      const value = read(entity)
      if (value === undefined) return null
      text += prefix + write(value)
    }
    return `${text}}`
  }
}

function writeLeaf(value: unknown): string {
  return typeof value === 'string' ? quote(value) : JSON.stringify(value)
}

/** A nested object that lacks a required field is null to the subgraph, as the field it failed to get was. */
function writeNested(writeObject: Represent): (value: unknown) => string {
  const write = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(write).join(',')}]`
    return isObject(value) ? (writeObject(value) ?? 'null') : 'null'
  }
  return write
}
