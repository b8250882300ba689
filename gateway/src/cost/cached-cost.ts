import { type DocumentNode, Kind, type OperationDefinitionNode, type TypeNode } from 'graphql'
import type { CostRules } from './collect-costs.ts'
import { type CostContext, estimateCost } from './estimate-cost.ts'

const known = new WeakMap<CostRules, WeakMap<DocumentNode, Map<string, number>>>()
const rememberedPerDocument = 100

/**
 * Caches the estimated cost of an operation by its variables. Only numbers and booleans among them matter, unless a variable's input type
 * has weights.
 */
export function cachedCost(
  costing: CostContext,
  query: { document: DocumentNode; operation: OperationDefinitionNode },
  variables: Readonly<Record<string, unknown>>,
): number {
  if (hasWeighedInputs(costing.rules, query.operation)) return estimateCost(costing, query, variables)
  const documents = known.get(costing.rules) ?? new WeakMap<DocumentNode, Map<string, number>>()
  known.set(costing.rules, documents)
  const costs = documents.get(query.document) ?? new Map<string, number>()
  documents.set(query.document, costs)
  const key = keyOf(query.operation, variables)
  const found = costs.get(key)
  if (found !== undefined) return found
  const cost = estimateCost(costing, query, variables)
  if (costs.size >= rememberedPerDocument) costs.delete(costs.keys().next().value ?? '')
  costs.set(key, cost)
  return cost
}

function hasWeighedInputs(
  { weighsInputs, weighedInputs }: CostRules,
  { variableDefinitions = [] }: OperationDefinitionNode,
): boolean {
  return weighsInputs && variableDefinitions.some(({ type }) => isList(type) || weighedInputs.has(namedTypeOf(type)))
}

function isList(type: TypeNode): boolean {
  return type.kind === Kind.LIST_TYPE || (type.kind === Kind.NON_NULL_TYPE && isList(type.type))
}

function namedTypeOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedTypeOf(type.type)
}

/** Reads only the variables that the operation declares: a client may send any number of others. */
function keyOf(
  { name, variableDefinitions = [] }: OperationDefinitionNode,
  variables: Record<string, unknown>,
): string {
  const values = variableDefinitions.map(({ variable }) => {
    const value = Object.hasOwn(variables, variable.name.value) ? variables[variable.name.value] : undefined
    return typeof value === 'number' || typeof value === 'boolean' ? value : value === null ? 'null' : null
  })
  return JSON.stringify([name?.value, ...values])
}
