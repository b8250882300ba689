import { type SelectionSet, Supergraph } from '@apollo/federation-internals'
import { QueryPlanner } from '@apollo/query-planner'
import { type DefinitionNode, type DirectiveNode, type DocumentNode, parse, print } from 'graphql'

/** A planner of the supergraph, and what its plans call things. */
export interface Planning {
  planner: QueryPlanner
  /** Response names that plans use for what they need themselves. */
  reserved: ReadonlySet<string>
  needs: Needs
}

/** What must be sent to a subgraph, whatever the type, as paths of field names. */
export interface Needs {
  /** By subgraph and field: what it requires, and under which response names that is fetched. */
  fields: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** By subgraph: of what its keys are made. */
  keys: ReadonlyMap<string, ReadonlySet<string>>
  /** Whether anything is fetched under another name than its own. */
  isRenaming: boolean
}

/** The key of a field in `Needs.fields`. */
export function needKey(subgraph: string, field: string): string {
  return `${subgraph} ${field}`
}

/** A step of the planner's graph, with what must be known to take it. The planner keeps these to itself. */
interface Edge {
  head: { source: string }
  tail: { source: string }
  transition: { kind: string; definition?: { name: string } }
  _conditions?: SelectionSet
}

interface Inside {
  config: ConstructorParameters<typeof QueryPlanner>[1]
  federatedQueryGraph: { allEdges: () => Iterable<Edge> }
}

/**
 * The gateway's own planner, or one of the same kind where that one would send a subgraph the wrong things: the first key, though
 * the subgraph does not resolve it; and a required field with whichever arguments the same field is asked for with elsewhere.
 */
export function planningWith(own: QueryPlanner, supergraphSdl: string): Planning {
  const edges = edgesOf(own)
  const sorted = withResolvableKeysFirst(parse(supergraphSdl, { noLocation: true }))
  if (!sorted.isChanged && !edges.some(({ _conditions }) => _conditions && hasArguments(_conditions)))
    return { planner: own, ...namesIn(edges) }
  const planner = new QueryPlanner(Supergraph.build(sorted.document), (own as unknown as Inside).config)
  const corrected = edgesOf(planner)
  nameRequired(corrected, supergraphSdl)
  return { planner, ...namesIn(corrected) }
}

function edgesOf(planner: QueryPlanner): Edge[] {
  return [...(planner as unknown as Inside).federatedQueryGraph.allEdges()]
}

/** Of several keys of a type in one subgraph, the planner sends the first. */
function withResolvableKeysFirst(document: DocumentNode): { document: DocumentNode; isChanged: boolean } {
  let isChanged = false
  const definitions = document.definitions.map((definition): DefinitionNode => {
    if (!('directives' in definition) || !definition.directives) return definition
    const keys = definition.directives.filter(({ name }) => name.value === 'join__type')
    const sorted = [...keys.filter(isResolvable), ...keys.filter((key) => !isResolvable(key))]
    if (!keys.some((key, index) => isResolvable(key) && keys.slice(0, index).some((other) => isLesser(other, key))))
      return definition
    isChanged = true
    const others = definition.directives.filter((one) => !keys.includes(one))
    return { ...definition, directives: [...sorted, ...others] } as DefinitionNode
  })
  return { document: { ...document, definitions }, isChanged }
}

function isLesser(other: DirectiveNode, key: DirectiveNode): boolean {
  return !isResolvable(other) && textOf(other, 'graph') === textOf(key, 'graph')
}

function isResolvable(key: DirectiveNode): boolean {
  return textOf(key, 'resolvable') !== 'false'
}

function textOf({ arguments: given = [] }: DirectiveNode, name: string): string | undefined {
  const value = given.find((argument) => argument.name.value === name)?.value
  return value && print(value)
}

function hasArguments(set: SelectionSet): boolean {
  return set.selections().some((selection) => {
    const isField = selection.kind === 'FieldSelection'
    return (
      (isField && isWithArguments(selection.element)) ||
      (selection.selectionSet && hasArguments(selection.selectionSet))
    )
  })
}

function isWithArguments({ args }: { args?: object }): boolean {
  return args !== undefined && Object.keys(args).length > 0
}

/** Gives each required field with arguments a response name for these arguments, which nothing else has. */
function nameRequired(edges: readonly Edge[], supergraphSdl: string): void {
  let prefix = 'required'
  while (supergraphSdl.includes(`${prefix}_`)) prefix = `_${prefix}`
  const names = new Map<string, string>()
  const nameOf = (asked: string, field: string): string => {
    const name = names.get(asked) ?? `${prefix}_${names.size}_${field}`
    names.set(asked, name)
    return name
  }
  const named = (set: SelectionSet): SelectionSet =>
    set.lazyMap((selection) => {
      const inner = selection.mapToSelectionSet(named)
      if (inner.kind !== 'FieldSelection' || !isWithArguments(inner.element)) return inner
      return inner.withUpdatedElement(inner.element.withUpdatedAlias(nameOf(String(inner.element), inner.element.name)))
    })
  for (const edge of edges) if (edge._conditions) edge._conditions = named(edge._conditions)
}

function namesIn(edges: readonly Edge[]): Pick<Planning, 'reserved' | 'needs'> {
  const reserved = new Set(['__typename'])
  const fields = new Map<string, Map<string, string>>()
  const keys = new Map<string, Set<string>>()
  for (const { head, tail, transition, _conditions: conditions } of edges) {
    const places = conditions ? placesIn(conditions) : []
    for (const { responsePath } of places) reserved.add(lastOf(responsePath))
    const field = transition.definition?.name
    if (transition.kind === 'FieldCollection' && field !== undefined)
      addNeed(fields, needKey(head.source, field), places)
    if (transition.kind === 'KeyResolution') addKey(keys, tail.source, places)
  }
  const isRenaming = [...fields.values()].some((paths) => [...paths].some(([path, name]) => path !== name))
  return { reserved, needs: { fields, keys, isRenaming } }
}

function addKey(keys: Map<string, Set<string>>, subgraph: string, places: readonly Place[]): void {
  const known = keys.get(subgraph) ?? new Set<string>()
  for (const { path } of places) known.add(path)
  keys.set(subgraph, known)
}

function addNeed(needs: Map<string, Map<string, string>>, key: string, places: readonly Place[]): void {
  if (places.length === 0) return
  const known = needs.get(key) ?? new Map<string, string>()
  for (const { path, responsePath } of places) known.set(path, responsePath)
  needs.set(key, known)
}

interface Place {
  /** Names of fields, from the object down. */
  path: string
  responsePath: string
}

function placesIn(set: SelectionSet, above: Place = { path: '', responsePath: '' }): Place[] {
  return set.selections().flatMap((selection) => {
    if (selection.kind === 'FragmentSelection') return placesIn(selection.selectionSet, above)
    const { name } = selection.element
    const place = below(above, { name, responseName: selection.element.responseName() })
    return [place, ...(selection.selectionSet ? placesIn(selection.selectionSet, place) : [])]
  })
}

function below(above: Place, { name, responseName }: { name: string; responseName: string }): Place {
  const dot = above.path === '' ? '' : '.'
  return { path: above.path + dot + name, responsePath: above.responsePath + dot + responseName }
}

/** The last name of a path. */
export function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1)
}
