import type { ApolloGateway } from '@apollo/gateway'
import { GraphQLError, getOperationAST } from 'graphql'
import { checkOperation, type Policies } from './access/check-operation.ts'
import type { GatewayContext } from './context.ts'
import { type Cost, type CostLimits, checkCost } from './cost/check-cost.ts'
import { estimateCost } from './cost/estimate-cost.ts'
import type { Rates } from './rates/rates.ts'
import type { SupergraphSource } from './supergraph/supergraph-source.ts'

export interface GuardOptions {
  policies: Policies
  costs: CostLimits
  /** Null when rates are not limited. */
  rates: Rates | null
}

/**
 * Puts before the gateway's executor what an operation has to pass: access, then cost, then rates. Rules and graph are of
 * the same load: what was checked while another was taken up is checked again.
 */
export function guard(gateway: ApolloGateway, supergraph: SupergraphSource, options: GuardOptions): void {
  const execute = gateway.executor
  gateway.executor = async (request) => {
    const { document } = request
    const caller = request.context as GatewayContext
    const operation = getOperationAST(document, request.request.operationName)
    if (!operation) return { errors: [unknownOperation(request.request.operationName)] }
    if (caller.isWarmUp) return await execute(request)
    const variables = request.request.variables ?? {}
    const admit = (): Cost => {
      const { rules, costs } = supergraph.current()
      checkOperation({ rules, policies: options.policies }, { document, operation }, caller.viewer)
      const costing = { schema: request.schema, rules: costs, listSize: options.costs.listSize }
      const estimated = estimateCost(costing, { document, operation }, variables)
      return checkCost(options.costs, caller.viewer, estimated)
    }
    const load = supergraph.current()
    const cost = admit()
    await options.rates?.chargeOperation({ document, operation }, variables, { caller, cost: cost.estimated })
    if (supergraph.current() !== load) admit()
    const result = await execute(request)
    return options.costs.isReported ? { ...result, extensions: { ...result.extensions, cost } } : result
  }
}

function unknownOperation(name: string | undefined): GraphQLError {
  return new GraphQLError(
    name ? `There is no operation named ${name} in this document.` : 'operationName must say which operation to run.',
  )
}
