import type { QueryPlanFieldNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import type { GraphQLSchema } from 'graphql'
import { jsonString } from '../lib/json-string.ts'
import { getOwnProperty, isObject, type PropertyReader, propertyReader } from '../lib/own-property.ts'
import type { PartialFetch, RepresentationSpec } from '../plan/split-by-requirements.ts'
import type { ResultObject } from '../run/execution.ts'
import { project, responseNameOf } from '../run/project.ts'
import { compileRewrites, isKindOf } from '../run/rewrites.ts'

/** An entity's representation as JSON, or null when it is of another type or lacks a required field: nothing is fetched for it. */
export type Represent = (entity: ResultObject) => string | null

/** How entities of one type are represented to one fetch. */
export interface Representer {
  write: Represent
  /** Equal for entities with equal representations, and quick to read; others may have the same. */
  keyOf: PropertyReader
  /** Whether two entities with the same key have equal representations, as far as the first has one. */
  isSame: (a: ResultObject, b: ResultObject) => boolean
}

/** The representer for an entity; null when none of its type is sent. */
export type FindRepresenter = (entity: ResultObject) => Representer | null

/** Compiles what a fetch sends of each entity, once for each type that occurs. */
export function compileRequires(schema: GraphQLSchema, fetch: PartialFetch): FindRepresenter {
  const find = compileSending(schema, fetch)
  const isSentOtherwise = compileUnless(schema, fetch)
  if (!isSentOtherwise) return find
  return (entity) => (isSentOtherwise(entity) ? null : find(entity))
}

/** Whether an entity is none that a fetch is for, because another one is; null where the fetch is for all. */
export function compileUnless(
  schema: GraphQLSchema,
  { preferred, requiredNames }: PartialFetch,
): ((entity: ResultObject) => boolean) | null {
  if (!preferred) return null
  const find = compileSending(schema, preferred)
  return (entity) =>
    requiredNamesFor(schema, requiredNames, String(entity['__typename'])) === null ||
    (find(entity)?.write(entity) ?? null) !== null
}

function compileSending(
  schema: GraphQLSchema,
  { requires = [], inputRewrites, requiredNames }: RepresentationSpec,
): FindRepresenter {
  const byType = new Map<string, Representer>()
  const rewrite = compileRewrites(schema, inputRewrites)
  const compileFor = (typename: string): Representer => {
    const required = requiredNamesFor(schema, requiredNames, typename)
    const fields = rewrite || required ? null : plainFields(schema, requires, typename)
    if (fields) return plainRepresenter(fields)
    return writtenRepresenter((entity) => {
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
    let representer = byType.get(typename)
    if (!representer) {
      representer = compileFor(typename)
      if (schema.getType(typename)) byType.set(typename, representer)
    }
    return representer
  }
}

/** What an entity of a type must hold; null where nothing is said of it. */
function requiredNamesFor(
  schema: GraphQLSchema,
  requiredNames: RepresentationSpec['requiredNames'],
  typename: string,
): readonly string[] | null {
  const own = requiredNames?.filter(({ type }) => isKindOf(schema, typename, type)) ?? []
  return own.length === 0 ? null : own.flatMap(({ names }) => names)
}

/** Told apart by what is written. */
function writtenRepresenter(write: Represent): Representer {
  return { write, keyOf: write, isSame: () => true }
}

/** Told apart by the values of the fields: most have one, and to look it up takes no new text. */
function plainRepresenter(fields: readonly QueryPlanFieldNode[]): Representer {
  const write = writeFields(fields)
  const [key, ...others] = fields.filter(({ name }) => name !== '__typename')
  if (!key || fields.some(({ selections }) => selections)) return writtenRepresenter(write)
  return { write, keyOf: propertyReader(responseNameOf(key)), isSame: sameLeaves(others) }
}

function sameLeaves(fields: readonly QueryPlanFieldNode[]): (a: ResultObject, b: ResultObject) => boolean {
  const readers = fields.map((field) => propertyReader(responseNameOf(field)))
  return (a, b) => readers.every((read) => isSameLeaf(read(a), read(b)))
}

function isSameLeaf(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b))
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

/** A nested object that lacks a required field is null to the subgraph, as the field it failed to get was. */
function writeNested(writeObject: Represent): (value: unknown) => string {
  const write = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(write).join(',')}]`
    return isObject(value) ? (writeObject(value) ?? 'null') : 'null'
  }
  return write
}
