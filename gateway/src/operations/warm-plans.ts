import { setImmediate } from 'node:timers/promises'
import type { ApolloServer } from '@apollo/server'
import type { Log } from '@tikitu/kit/log'
import { anonymous } from '@tikitu/kit/viewer'
import type { GatewayContext } from '../context.ts'
import type { Live } from '../live/live.ts'
import type { Prepare } from './prepare.ts'
import type { Manifest } from './read-manifest.ts'

/** Ways of an operation besides Apollo Server's. */
export interface Ways {
  live: Pick<Live, 'warm'>
  prepare: Prepare
}

const warmUp: GatewayContext = { viewer: anonymous, requestId: 'warm-up', address: '', forwarded: {}, isWarmUp: true }

/**
 * Parses, validates and plans every operation of the manifest, so that the first client need not wait for it. Nothing is
 * fetched. One that the graph does not have is logged, and costs nobody else anything. When it has none of them, the manifest is
 * another graph's: that is said once.
 */
export async function warmPlans(
  apollo: ApolloServer<GatewayContext>,
  manifest: Manifest,
  { log, ...ways }: Ways & { log: Log },
): Promise<void> {
  const started = performance.now()
  const failures: { hash: string; begins: string; reason: string }[] = []
  for (const [hash, query] of manifest) {
    const reason = await reasonAgainst(apollo, ways, query)
    if (reason) failures.push({ hash, begins: query.slice(0, 120), reason })
    // While a new graph is taken up, requests are answered in between.
    await setImmediate()
  }
  const operations = manifest.size
  const failed = failures.length
  if (failed > 1 && failed === operations)
    return log.info({ operations }, 'the persisted operations are of another graph')
  for (const failure of failures) log.warn(failure, 'a persisted operation does not run')
  if (operations > 0) log.info({ operations, failed, ms: Math.round(performance.now() - started) }, 'plans are warm')
}

/** Why an operation cannot be planned; null when it was. */
async function reasonAgainst(
  apollo: ApolloServer<GatewayContext>,
  { live, prepare }: Ways,
  query: string,
): Promise<string | null> {
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
