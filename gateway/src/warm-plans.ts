import { setImmediate } from 'node:timers/promises'
import type { ApolloGateway } from '@apollo/gateway'
import type { ApolloServer } from '@apollo/server'
import { anonymous } from '@tikitu/kit/auth/viewer'
import type { Log } from '@tikitu/kit/base/log'
import { GraphQLSchema } from 'graphql'
import type { ManifestSource } from './operations/manifest-source.ts'
import { findMismatch } from './operations/manifest-target.ts'
import type { ParseOperation } from './operations/parse-operation.ts'
import type { Manifest } from './operations/read-manifest.ts'
import type { GatewayContext } from './request/context.ts'
import type { Subscriptions } from './subscriptions/subscriptions.ts'

export interface WarmPlansOptions {
  gateway: ApolloGateway
  /** What manifests call the graph. */
  graphName: string
  known: Pick<ManifestSource, 'current' | 'target'>
  /** The ways that an operation may take. */
  apollo: ApolloServer<GatewayContext>
  live: Pick<Subscriptions, 'warm'>
  prepare: ParseOperation
  log: Log
}

const warmUp: GatewayContext = { viewer: anonymous, requestId: 'warm-up', address: '', forwarded: {}, isWarmUp: true }

/**
 * Parses, validates and plans every operation of the manifest, so that the first client need not wait for it. Nothing is
 * fetched. None is tried when the manifest says that it is another graph's. One that the graph does not have is logged, and costs
 * nobody else anything. When the graph has none of them, that is said once.
 */
export function createPlanWarmer({ gateway, graphName, known, log, ...ways }: WarmPlansOptions): () => Promise<void> {
  let schema = new GraphQLSchema({})
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => {
    schema = apiSchema
  })
  return async () => {
    const manifest = known.current()
    const reason = findMismatch(known.target(), { name: graphName, schema })
    if (reason) return log.info({ operations: manifest.size, reason }, anotherGraph)
    await warm(manifest, ways, log)
  }
}

const anotherGraph = 'the persisted operations are of another graph'

async function warm(manifest: Manifest, ways: Ways, log: Log): Promise<void> {
  const started = performance.now()
  const failures: { hash: string; begins: string; reason: string }[] = []
  for (const [hash, query] of manifest) {
    const reason = await reasonAgainst(ways, query)
    if (reason) failures.push({ hash, begins: query.slice(0, 120), reason })
    // While a new graph is taken up, requests are answered in between.
    await setImmediate()
  }
  const operations = manifest.size
  const failed = failures.length
  if (failed > 1 && failed === operations) return log.info({ operations }, anotherGraph)
  for (const failure of failures) log.warn(failure, 'a persisted operation does not run')
  if (operations > 0) log.info({ operations, failed, ms: Math.round(performance.now() - started) }, 'plans are warm')
}

type Ways = Pick<WarmPlansOptions, 'apollo' | 'live' | 'prepare'>

/** Why an operation cannot be planned; null when it was. */
async function reasonAgainst({ apollo, live, prepare }: Ways, query: string): Promise<string | null> {
  try {
    prepare(query)
    if (live.warm(query)) return null
  } catch (error) {
    return (error as Error).message
  }
  const { body } = await apollo.executeOperation({ query }, { contextValue: warmUp })
  const errors = body.kind === 'single' ? body.singleResult.errors : undefined
  return errors?.[0]?.message ?? null
}
