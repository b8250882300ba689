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

/** A loaded supergraph with the subscriptions compiled for it. */
export interface SubscriptionSchema extends LoadedSchema {
  /** By hash and permissions, the part of a document that callers may read under these rules; null for all of it. */
  filteredBy: (rules: AccessRules) => LruCache<{ document: DocumentNode; hash: string } | null>
  /** Compiles a document, cached by key. @throws GraphQLError when it cannot be planned */
  compile: (
    key: string,
    document: DocumentNode,
    operationName: string | undefined,
  ) => CompiledSubscription<GatewayContext>
}

const cacheSize = { maxCount: 1_000, maxKeyChars: 500_000 }

/** Returns the schema in use. A reload drops everything compiled for the one before. */
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

/** A cache for each set of rules, which may change while the schema stays. */
function createFiltered(): SubscriptionSchema['filteredBy'] {
  const known = new WeakMap<AccessRules, ReturnType<SubscriptionSchema['filteredBy']>>()
  return (rules) => {
    const filtered = known.get(rules) ?? createLruCache(cacheSize)
    known.set(rules, filtered)
    return filtered
  }
}
