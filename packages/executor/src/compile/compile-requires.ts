import type { QueryPlanFieldNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import type { GraphQLSchema } from 'graphql'
import { jsonString } from '../lib/json-string.ts'
import { getOwnProperty, isObject, type PropertyReader, propertyReader } from '../lib/own-property.ts'
import { isSubtypeOf } from '../lib/type-condition.ts'
import type { PartialFetch, RepresentationSpec } from '../plan/split-by-requirements.ts'
import type { ResultObject } from '../run/execution.ts'
import { project, responseNameOf } from '../run/project.ts'
import { compileRewrites } from '../run/rewrites.ts'

/** Writes an entity's representation as JSON; null when it is of another type or lacks a required field, so is not fetched. */
export type WriteRepresentation = (entity: ResultObject) => string | null

/** Writes and compares the representations of one type for one fetch. */
export interface RepresentationWriter {
  write: WriteRepresentation
  /** A hash: equal for equal representations, and cheap to read. */
  keyOf: PropertyReader
  /** Whether two entities with the same key have equal representations, given that the first has one. */
  isSame: (a: ResultObject, b: ResultObject) => boolean
}

/** The writer for an entity's type; null when the fetch does not send that type. */
export type FindRepresentationWriter = (entity: ResultObject) => RepresentationWriter | null

/** Compiles the representations of a fetch, lazily for each type. */
export function compileRequires(schema: GraphQLSchema, fetch: PartialFetch): FindRepresentationWriter {
  const find = compileRepresentations(schema, fetch)
  const isSentByPreferred = compileSentByPreferred(schema, fetch)
  if (!isSentByPreferred) return find
  return (entity) => (isSentByPreferred(entity) ? null : find(entity))
}

/** Whether the preferred fetch sends an entity instead; null when there is no preferred fetch. */
export function compileSentByPreferred(
  schema: GraphQLSchema,
  { preferred, requiredNames }: PartialFetch,
): ((entity: ResultObject) => boolean) | null {
  if (!preferred) return null
  const find = compileRepresentations(schema, preferred)
  return (entity) =>
    requiredNamesFor(schema, requiredNames, String(entity['__typename'])) === null ||
    (find(entity)?.write(entity) ?? null) !== null
}

function compileRepresentations(
  schema: GraphQLSchema,
  { requires = [], inputRewrites, requiredNames }: RepresentationSpec,
): FindRepresentationWriter {
  const byType = new Map<string, RepresentationWriter>()
  const rewrite = compileRewrites(schema, inputRewrites)
  const compileFor = (typename: string): RepresentationWriter => {
    const required = requiredNamesFor(schema, requiredNames, typename)
    const fields = rewrite || required ? null : simpleFields(schema, requires, typename)
    if (fields) return comparedByFields(fields)
    return comparedByText((entity) => {
      const representation = project(schema, entity, requires)
      if (!representation?.['__typename']) return null
      if (required?.some((name) => getOwnProperty(representation, name) === undefined)) return null
      rewrite?.(representation)
      return JSON.stringify(representation)
    })
  }
  return (entity) => {
    const typename = entity['__typename']
    if (typeof typename !== 'string' || typename === '') return null
    let writer = byType.get(typename)
    if (!writer) {
      writer = compileFor(typename)
      if (schema.getType(typename)) byType.set(typename, writer)
    }
    return writer
  }
}

/** The fields that an entity of a type must have; null when there are no rules for the type. */
function requiredNamesFor(
  schema: GraphQLSchema,
  requiredNames: RepresentationSpec['requiredNames'],
  typename: string,
): readonly string[] | null {
  const own = requiredNames?.filter(({ type }) => isSubtypeOf(schema, typename, type)) ?? []
  return own.length === 0 ? null : own.flatMap(({ names }) => names)
}

/** Compares representations as text. */
function comparedByText(write: WriteRepresentation): RepresentationWriter {
  return { write, keyOf: write, isSame: () => true }
}

/** Compares the values of the fields, without writing text. Most representations have a single field. */
function comparedByFields(fields: readonly QueryPlanFieldNode[]): RepresentationWriter {
  const write = writeFields(fields)
  const [key, ...others] = fields.filter(({ name }) => name !== '__typename')
  if (!key || fields.some(({ selections }) => selections)) return comparedByText(write)
  return { write, keyOf: propertyReader(responseNameOf(key)), isSame: sameLeaves(others) }
}

function sameLeaves(fields: readonly QueryPlanFieldNode[]): (a: ResultObject, b: ResultObject) => boolean {
  const readers = fields.map((field) => propertyReader(responseNameOf(field)))
  return (a, b) => readers.every((read) => isSameLeaf(read(a), read(b)))
}

function isSameLeaf(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b))
}

/** The fields of the only fragment for a type, if they can be written in order; null in more complex cases. */
function simpleFields(
  schema: GraphQLSchema,
  requires: readonly QueryPlanSelectionNode[],
  typename: string,
): readonly QueryPlanFieldNode[] | null {
  const matching = requires.filter(
    (selection) =>
      selection.kind === 'InlineFragment' &&
      selection.typeCondition !== undefined &&
      isSubtypeOf(schema, typename, selection.typeCondition),
  )
  if (requires.some(({ kind }) => kind === 'Field') || matching.length > 1) return null
  const fields: readonly QueryPlanSelectionNode[] = matching[0]?.kind === 'InlineFragment' ? matching[0].selections : []
  if (!areSimpleFields(fields)) return null
  return fields.length === 0 || fields.some(({ name }) => name === '__typename') ? fields : null
}

function areSimpleFields(selections: readonly QueryPlanSelectionNode[]): selections is readonly QueryPlanFieldNode[] {
  if (selections.some(({ kind }) => kind !== 'Field')) return false
  const names = new Set(selections.map((field) => (field as QueryPlanFieldNode).name))
  if (names.size < selections.length) return false
  return selections.every((selection) => selection.kind !== 'Field' || areSimpleFields(selection.selections ?? []))
}

function writeFields(fields: readonly QueryPlanFieldNode[]): WriteRepresentation {
  const writers = fields.map((field, index) => ({
    prefix: `${index === 0 ? '{' : ','}${JSON.stringify(field.name)}:`,
    read: propertyReader(responseNameOf(field)),
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
  return typeof value === 'string' ? jsonString(value) : JSON.stringify(value)
}

/** A nested object that lacks a required field is sent as null. */
function writeNested(writeObject: WriteRepresentation): (value: unknown) => string {
  const write = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(write).join(',')}]`
    return isObject(value) ? (writeObject(value) ?? 'null') : 'null'
  }
  return write
}
