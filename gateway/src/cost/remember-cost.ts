import type { DocumentNode, OperationDefinitionNode } from 'graphql'
import type { CostRules } from './collect-costs.ts'
import { type Costing, estimateCost } from './estimate-cost.ts'

const known = new WeakMap<CostRules, WeakMap<DocumentNode, Map<string, number>>>()
const rememberedPerDocument = 100

/**
 * The estimate of an operation, made once for equal variables: only numbers and booleans among them make a difference, unless the
 * schema weighs inputs.
 */
export function rememberedCost(
  costing: Costing,
  asked: { document: DocumentNode; operation: OperationDefinitionNode },
  variables: Readonly<Record<string, unknown>>,
): number {
  if (costing.rules.weighsInputs) return estimateCost(costing, asked, variables)
  const documents = known.get(costing.rules) ?? new WeakMap<DocumentNode, Map<string, number>>()
  known.set(costing.rules, documents)
  const costs = documents.get(asked.document) ?? new Map<string, number>()
  documents.set(asked.document, costs)
  const key = keyOf(asked.operation, variables)
  const found = costs.get(key)
  if (found !== undefined) return found
  const cost = estimateCost(costing, asked, variables)
  if (costs.size >= rememberedPerDocument) costs.delete(costs.keys().next().value ?? '')
  costs.set(key, cost)
  return cost
}

/** By the variables that the operation declares: a client may send as many others as it likes. */
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
