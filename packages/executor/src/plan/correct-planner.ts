import { type SelectionSet, Supergraph } from '@apollo/federation-internals'
import { QueryPlanner } from '@apollo/query-planner'
import { type DefinitionNode, type DirectiveNode, type DocumentNode, parse, print } from 'graphql'
import type { Edge } from './query-graph.ts'
import { type QueryGraphInfo, readQueryGraph } from './requirements.ts'

/** A query planner, and what its query graph says about keys and requirements. */
export interface CorrectedPlanner extends QueryGraphInfo {
  planner: QueryPlanner
}

interface PlannerInternals {
  config: ConstructorParameters<typeof QueryPlanner>[1]
  federatedQueryGraph: { allEdges: () => Iterable<Edge> }
}

/**
 * The gateway's planner, or a corrected one where it would plan wrong representations: it sends the first key even if the subgraph
 * does not resolve it, and mixes up required fields that differ only in their arguments.
 */
export function correctPlanner(stockPlanner: QueryPlanner, supergraphSdl: string): CorrectedPlanner {
  const edges = edgesOf(stockPlanner)
  const sorted = withResolvableKeysFirst(parse(supergraphSdl, { noLocation: true }))
  if (!sorted.isChanged && !edges.some(({ _conditions }) => _conditions && hasArguments(_conditions)))
    return { planner: stockPlanner, ...readQueryGraph(edges, isInterface(stockPlanner)) }
  const planner = new QueryPlanner(
    Supergraph.build(sorted.document),
    (stockPlanner as unknown as PlannerInternals).config,
  )
  const corrected = edgesOf(planner)
  aliasRequired(corrected, supergraphSdl)
  return { planner, ...readQueryGraph(corrected, isInterface(planner)) }
}

function edgesOf(planner: QueryPlanner): Edge[] {
  return [...(planner as unknown as PlannerInternals).federatedQueryGraph.allEdges()]
}

function isInterface({ supergraph }: QueryPlanner): (typename: string) => boolean {
  return (typename) => supergraph.schema.type(typename)?.kind === 'InterfaceType'
}

/** Moves resolvable keys first, because the planner sends the first key of a type. */
function withResolvableKeysFirst(document: DocumentNode): { document: DocumentNode; isChanged: boolean } {
  let isChanged = false
  const definitions = document.definitions.map((definition): DefinitionNode => {
    if (!('directives' in definition) || !definition.directives) return definition
    const keys = definition.directives.filter(({ name }) => name.value === 'join__type')
    const sorted = [...keys.filter(isResolvable), ...keys.filter((key) => !isResolvable(key))]
    if (
      !keys.some(
        (key, index) => isResolvable(key) && keys.slice(0, index).some((other) => isUnresolvableKeyOf(other, key)),
      )
    )
      return definition
    isChanged = true
    const others = definition.directives.filter((one) => !keys.includes(one))
    return { ...definition, directives: [...sorted, ...others] } as DefinitionNode
  })
  return { document: { ...document, definitions }, isChanged }
}

function isUnresolvableKeyOf(other: DirectiveNode, key: DirectiveNode): boolean {
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
      (isField && hasOwnArguments(selection.element)) ||
      (selection.selectionSet && hasArguments(selection.selectionSet))
    )
  })
}

function hasOwnArguments({ args }: { args?: object }): boolean {
  return args !== undefined && Object.keys(args).length > 0
}

/** Gives each required field with arguments a unique alias for these arguments. */
function aliasRequired(edges: readonly Edge[], supergraphSdl: string): void {
  let prefix = 'required'
  while (supergraphSdl.includes(`${prefix}_`)) prefix = `_${prefix}`
  const names = new Map<string, string>()
  const aliasFor = (call: string, field: string): string => {
    const name = names.get(call) ?? `${prefix}_${names.size}_${field}`
    names.set(call, name)
    return name
  }
  const withAliases = (set: SelectionSet): SelectionSet =>
    set.lazyMap((selection) => {
      const inner = selection.mapToSelectionSet(withAliases)
      if (inner.kind !== 'FieldSelection' || !hasOwnArguments(inner.element)) return inner
      return inner.withUpdatedElement(
        inner.element.withUpdatedAlias(aliasFor(String(inner.element), inner.element.name)),
      )
    })
  for (const edge of edges) if (edge._conditions) edge._conditions = withAliases(edge._conditions)
}
