import type { ApolloGateway } from '@apollo/gateway'
import { GraphQLError, getOperationAST } from 'graphql'
import { checkOperation, type Policies } from './access/check-operation.ts'
import type { GatewayContext } from './context.ts'
import { type CostLimits, checkCost } from './cost/check-cost.ts'
import { estimateCost } from './cost/estimate-cost.ts'
import { planAhead } from './operations/plan-ahead.ts'
import type { SupergraphSource } from './supergraph/supergraph-source.ts'

export interface GuardOptions {
  policies: Policies
  costs: CostLimits
}

/**
 * Puts before the gateway's executor what an operation has to pass: access, then cost. Checked in one turn of the event loop
 * with the start of the execution, so rules and graph are of the same load.
 */
export function guard(gateway: ApolloGateway, supergraph: SupergraphSource, options: GuardOptions): void {
  const execute = gateway.executor
  gateway.executor = async (request) => {
    const { document, schema, queryHash } = request
    const { viewer, isWarmUp } = request.context as GatewayContext
    const operation = getOperationAST(document, request.request.operationName)
    if (!operation) return { errors: [unknownOperation(request.request.operationName)] }
    if (isWarmUp) return await planAhead(gateway, { document, queryHash })
    const { rules, costs } = supergraph.current()
    checkOperation({ rules, policies: options.policies }, { document, operation }, viewer)
    const costing = { schema, rules: costs, listSize: options.costs.listSize }
    const estimated = estimateCost(costing, { document, operation }, request.request.variables ?? {})
    const cost = checkCost(options.costs, viewer, estimated)
    const result = await execute(request)
    return options.costs.isReported ? { ...result, extensions: { ...result.extensions, cost } } : result
  }
}

function unknownOperation(name: string | undefined): GraphQLError {
  return new GraphQLError(
    name ? `There is no operation named ${name} in this document.` : 'operationName must say which operation to run.',
  )
}
