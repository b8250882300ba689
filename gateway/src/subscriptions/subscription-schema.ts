import type { ApolloGateway } from '@apollo/gateway'
import {
  type CompiledSubscription,
  compileSubscription,
} from '@tikitu/federation-executor/compile/compile-subscription'
import { createLruCache, type LruCache } from '@tikitu/federation-executor/lib/lru-cache'
import { currentSchema, type LoadedSchema } from '@tikitu/federation-executor/loaded-schema'
import { planOperation } from '@tikitu/federation-executor/plan/plan-operation'
import type { DocumentNode } from 'graphql'
import type { AccessRules } from '../access/rules.ts'
import type { CostRules } from '../cost/collect-costs.ts'
import { createResponseCost } from '../cost/response-cost.ts'
import type { GatewayContext, Send } from '../request/context.ts'

/** One load of the supergraph, with the subscriptions compiled for it. */
export interface SubscriptionSchema extends LoadedSchema {
  /** What callers with equal permissions may read of a document by those rules; null when all of it. */
  filteredBy: (rules: AccessRules) => LruCache<{ document: DocumentNode; hash: string } | null>
  /** Compiles a document, or finds what was compiled by that key. @throws GraphQLError when it cannot be planned */
  compile: (
    key: string,
    document: DocumentNode,
    operationName: string | undefined,
  ) => CompiledSubscription<GatewayContext>
}

const cacheSize = { maxCount: 1_000, maxKeyChars: 500_000 }

/** The load in use. What was compiled for one is forgotten with it. */
export function followSchema(
  gateway: ApolloGateway,
  { sendTo, costs }: { sendTo: (subgraph: string) => Send; costs: () => CostRules | null },
): () => SubscriptionSchema {
  let load: SubscriptionSchema | null = null
  gateway.onSchemaLoadOrUpdate(({ coreSupergraphSdl }) => {
    const generation = currentSchema(gateway, coreSupergraphSdl)
    const compiled = createLruCache<CompiledSubscription<GatewayContext>>(cacheSize)
    const compile: SubscriptionSchema['compile'] = (key, document, operationName) => {
      const known = compiled.get(key)
      if (known) return known
      const rules = costs()
      const planned = planOperation(generation, document, operationName)
      const made = compileSubscription(
        { ...generation, sendTo, responseCost: rules && createResponseCost(generation.apiSchema, rules) },
        planned,
      )
      compiled.set(key, made)
      return made
    }
    load = { ...generation, filteredBy: createFiltered(), compile }
  })
  return () => {
    if (!load) throw new Error('no supergraph is loaded')
    return load
  }
}

/** Rules may change while the rest of a supergraph stays. */
function createFiltered(): SubscriptionSchema['filteredBy'] {
  const known = new WeakMap<AccessRules, ReturnType<SubscriptionSchema['filteredBy']>>()
  return (rules) => {
    const filtered = known.get(rules) ?? createLruCache(cacheSize)
    known.set(rules, filtered)
    return filtered
  }
}
