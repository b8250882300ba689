import type { ApolloGateway } from '@apollo/gateway'
import { GraphQLError, getOperationAST, type OperationDefinitionNode } from 'graphql'
import { checkOperation } from './access/check-operation.ts'
import { type Permissions, type Policies, permissionsOf, type UnmarkedFields } from './access/permissions.ts'
import type { AccessRules } from './access/rules.ts'
import { runAuthorized } from './access/run-authorized.ts'
import { cachedCost } from './cost/cached-cost.ts'
import { type Cost, type CostLimits, checkCost } from './cost/check-cost.ts'
import { unknownOperation } from './operations/parse-operation.ts'
import type { Rates } from './rates/rates.ts'
import type { GatewayContext } from './request/context.ts'
import type { SupergraphSource } from './supergraph/supergraph-source.ts'

export interface GuardOptions {
  policies: Policies
  /** Who may read root fields without access directives. */
  unmarkedFields: UnmarkedFields
  costs: CostLimits
  /** Null disables rate limits. */
  rates: Rates | null
}

/**
 * Wraps the gateway's executor with the checks of access, cost and rates, in this order. An operation that was validated against an earlier
 * schema is validated again.
 */
export function guard(gateway: ApolloGateway, supergraph: SupergraphSource, options: GuardOptions): void {
  const execute = gateway.executor
  const run = async (request: Request, operation: OperationDefinitionNode): Promise<Result> => {
    const caller = request.context as GatewayContext
    const query = { document: request.document, operation }
    const variables = request.request.variables ?? {}
    const admit = (): CheckedOperation => {
      const { rules, costs } = supergraph.current()
      const permissions = permissionsOf(request.schema, { ...options, rules }, caller.viewer)
      checkOperation(request.schema, permissions, query)
      const costing = { schema: request.schema, rules: costs, listSize: options.costs.listSize }
      const estimated = cachedCost(costing, query, variables)
      return { permissions, rules, operation, cost: checkCost(options.costs, caller.viewer, estimated) }
    }
    const load = supergraph.current()
    const admitted = admit()
    const { cost } = admitted
    await options.rates?.chargeOperation(query, variables, { caller, cost: cost.estimated })
    const result = await runAuthorized(execute, request, supergraph.current() === load ? admitted : admit())
    if (!result.errors) options.rates?.settle(caller, cost.estimated)
    return options.costs.isReported ? withCost(result, spent(cost, caller)) : result
  }
  gateway.executor = async (request) => {
    const { operationName } = request.request
    const operation = getOperationAST(request.document, operationName)
    if (!operation) return { errors: [unknownOperation(operationName)] }
    if ((request.context as GatewayContext).isWarmUp) return await execute(request)
    if (operation.operation === 'subscription') return { errors: [onlyAsStream()] }
    return await run(request, operation)
  }
}

type Request = Parameters<ApolloGateway['executor']>[0]
type Result = Awaited<ReturnType<ApolloGateway['executor']>>

function withCost(result: Result, cost: Cost): Result {
  return { ...result, extensions: { ...result.extensions, cost } }
}

interface CheckedOperation {
  permissions: Permissions
  rules: AccessRules
  operation: OperationDefinitionNode
  cost: Cost
}

/** The estimated cost, and the actual cost when it was counted. */
function spent(cost: Cost, { actualCost }: GatewayContext): Cost {
  return actualCost === undefined ? cost : { ...cost, actual: actualCost }
}

function onlyAsStream(): GraphQLError {
  return new GraphQLError('Subscriptions need accept: text/event-stream or a WebSocket.', {
    extensions: { code: 'BAD_REQUEST', http: { status: 400 } },
  })
}
