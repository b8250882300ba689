import type { SelectionSet } from '@apollo/federation-internals'
import type { QueryPlanFieldNode } from '@apollo/query-planner'
import { buildQueryGraph, type Edge, type QueryGraph } from './query-graph.ts'

/** What the planner's query graph says about keys and requirements. */
export interface QueryGraphInfo {
  /** Response names that plans use for keys and `@requires`. */
  reserved: ReadonlySet<string>
  requirements: Requirements
  queryGraph: QueryGraph
}

/** The fields that subgraphs must be sent. */
export interface Requirements {
  /** By `requirementKey`: the paths of the required fields, with the response paths that they are fetched under. */
  fields: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** By `requirementKey`: the required fields as selections. */
  selections: ReadonlyMap<string, QueryPlanFieldNode[]>
  /** By `typeKey`: the keys that the subgraph resolves. */
  keys: ReadonlyMap<string, readonly QueryPlanFieldNode[][]>
  /** By `typeKey`: interfaces that are an `@interfaceObject` in the subgraph. */
  interfaceObjects: ReadonlySet<string>
  /** Whether any required field is fetched under an alias. */
  hasAliases: boolean
}

/** The key of a field in `Requirements`. */
export function requirementKey(subgraph: string, type: string, field: string): string {
  return `${subgraph} ${type}.${field}`
}

/** The key of a type in `Requirements`. */
export function typeKey(subgraph: string, type: string): string {
  return `${subgraph} ${type}`
}

/** The root of the required paths of an `@interfaceObject`, which apply to any implementing type. */
export const anyType = '*'

/** Reads keys and requirements from the edges of the planner's graph. */
export function readQueryGraph(edges: readonly Edge[], isInterface: (typename: string) => boolean): QueryGraphInfo {
  const fields = new Map<string, ReadonlyMap<string, string>>()
  const selections = new Map<string, QueryPlanFieldNode[]>()
  const keys = new Map<string, QueryPlanFieldNode[][]>()
  for (const { head, tail, transition, _conditions: conditions } of edges) {
    if (!conditions) continue
    const root = isInterface(head.type.name) ? anyType : head.type.name
    if (transition.definition) {
      const key = requirementKey(head.source, head.type.name, transition.definition.name)
      fields.set(key, responsePaths(pathsIn(conditions, root)))
      selections.set(key, fieldsOf(conditions))
    }
    if (transition.kind === 'KeyResolution')
      for (const { name } of new Set([head.type, tail.type])) addKey(keys, typeKey(tail.source, name), conditions)
  }
  const hasAliases = [...fields.values()].some((paths) => [...paths].some(([path, name]) => path !== name))
  const interfaceObjects = new Set(
    edges
      .flatMap(({ head, tail }) => [head, tail])
      .filter(({ type }) => type.kind === 'ObjectType' && isInterface(type.name))
      .map(({ source, type }) => typeKey(source, type.name)),
  )
  return {
    reserved: reservedNames(edges),
    requirements: { fields, selections, keys, interfaceObjects, hasAliases },
    queryGraph: buildQueryGraph(edges),
  }
}

function reservedNames(edges: readonly Edge[]): Set<string> {
  const places = edges.flatMap(({ _conditions }) => (_conditions ? pathsIn(_conditions, '') : []))
  return new Set(['__typename', ...places.map(({ responsePath }) => lastNameOf(responsePath))])
}

function responsePaths(places: readonly FieldPath[]): Map<string, string> {
  return new Map(places.map(({ path, responsePath }) => [path, responsePath]))
}

function addKey(keys: Map<string, QueryPlanFieldNode[][]>, key: string, conditions: SelectionSet): void {
  const known = keys.get(key) ?? []
  const fields = fieldsOf(conditions)
  if (!known.some((one) => JSON.stringify(one) === JSON.stringify(fields))) known.push(fields)
  keys.set(key, known)
}

function fieldsOf(set: SelectionSet): QueryPlanFieldNode[] {
  return set.selections().flatMap((selection): QueryPlanFieldNode[] => {
    if (selection.kind === 'FragmentSelection') return fieldsOf(selection.selectionSet)
    const inner = selection.selectionSet && { selections: fieldsOf(selection.selectionSet) }
    return [{ kind: 'Field', name: selection.element.name, ...inner }]
  })
}

interface FieldPath {
  /** Names of fields, from the type down. */
  path: string
  responsePath: string
}

function pathsIn(set: SelectionSet, root: string): FieldPath[] {
  return pathsBelow(set, { path: root, responsePath: root })
}

function pathsBelow(set: SelectionSet, above: FieldPath): FieldPath[] {
  return set.selections().flatMap((selection) => {
    if (selection.kind === 'FragmentSelection') return pathsBelow(selection.selectionSet, above)
    const { name } = selection.element
    const responsePath = `${above.responsePath}.${selection.element.responseName()}`
    const place = { path: `${above.path}.${name}`, responsePath }
    return [place, ...(selection.selectionSet ? pathsBelow(selection.selectionSet, place) : [])]
  })
}

/** The last name of a path. */
export function lastNameOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1)
}
