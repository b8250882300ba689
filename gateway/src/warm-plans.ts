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
  /** The name of the graph in manifests. */
  graphName: string
  known: Pick<ManifestSource, 'current' | 'target'>
  /** Further operations, of REST endpoints. Those that are not valid for the schema are skipped. */
  ownTexts: readonly string[]
  /** The paths that an operation may take: Apollo Server, subscriptions, or the fast path. */
  apollo: ApolloServer<GatewayContext>
  live: Pick<Subscriptions, 'warm'>
  prepare: ParseOperation
  log: Log
}

const warmUp: GatewayContext = { viewer: anonymous, requestId: 'warm-up', address: '', forwarded: {}, isWarmUp: true }

/**
 * Parses, validates and plans each operation of the manifest before clients request them. Nothing is fetched. Manifests of another graph
 * are skipped. Operations that do not match the schema are logged one by one; if none matches, this is logged once.
 */
export function createPlanWarmer({
  gateway,
  graphName,
  known,
  ownTexts,
  log,
  ...executors
}: WarmPlansOptions): () => Promise<void> {
  let schema = new GraphQLSchema({})
  gateway.onSchemaLoadOrUpdate(({ apiSchema }) => {
    schema = apiSchema
  })
  return async () => {
    for (const text of ownTexts) {
      if ('document' in executors.prepare(text))
        await executors.apollo.executeOperation({ query: text }, { contextValue: warmUp })
      await setImmediate()
    }
    const manifest = known.current()
    const reason = findMismatch(known.target(), { name: graphName, schema })
    if (reason) return log.info({ operations: manifest.size, reason }, anotherGraph)
    await warm(manifest, executors, log)
  }
}

const anotherGraph = 'the persisted operations belong to another graph'

async function warm(manifest: Manifest, executors: Executors, log: Log): Promise<void> {
  const started = performance.now()
  const failures: { hash: string; begins: string; reason: string }[] = []
  for (const [hash, query] of manifest) {
    const reason = await reasonAgainst(executors, query)
    if (reason) failures.push({ hash, begins: query.slice(0, 120), reason })
    // Yields to requests between operations.
    await setImmediate()
  }
  const operations = manifest.size
  const failed = failures.length
  if (failed > 1 && failed === operations) return log.info({ operations }, anotherGraph)
  for (const failure of failures) log.warn(failure, 'a persisted operation is invalid')
  if (operations > 0)
    log.info({ operations, failed, ms: Math.round(performance.now() - started) }, 'query plans are warm')
}

type Executors = Pick<WarmPlansOptions, 'apollo' | 'live' | 'prepare'>

/** Why an operation cannot be planned; null on success. */
async function reasonAgainst({ apollo, live, prepare }: Executors, query: string): Promise<string | null> {
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
