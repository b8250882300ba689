import { type SelectionSet, Supergraph } from '@apollo/federation-internals'
import { QueryPlanner } from '@apollo/query-planner'
import { type DefinitionNode, type DirectiveNode, type DocumentNode, parse, print } from 'graphql'
import type { Edge } from './query-graph.ts'
import { type Names, namesIn } from './requirements.ts'

/** A planner of the supergraph, and what its plans call things. */
export interface Planning extends Names {
  planner: QueryPlanner
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
    return { planner: own, ...namesIn(edges, isInterface(own)) }
  const planner = new QueryPlanner(Supergraph.build(sorted.document), (own as unknown as Inside).config)
  const corrected = edgesOf(planner)
  nameRequired(corrected, supergraphSdl)
  return { planner, ...namesIn(corrected, isInterface(planner)) }
}

function edgesOf(planner: QueryPlanner): Edge[] {
  return [...(planner as unknown as Inside).federatedQueryGraph.allEdges()]
}

function isInterface({ supergraph }: QueryPlanner): (typename: string) => boolean {
  return (typename) => supergraph.schema.type(typename)?.kind === 'InterfaceType'
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
