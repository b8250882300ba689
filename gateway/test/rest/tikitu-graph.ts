import { restEndpoints } from '@tikitu/schema/rest/endpoints'
import { subgraphNames, subgraphSdl } from '@tikitu/schema/sdl'
import { Kind, parse } from 'graphql'
import type { GatewayOptions } from '../../src/server.ts'
import { startGateway, type TestGateway } from '../harness.ts'
import type { TestPool } from '../pool.ts'
import { startSubgraph, type TestSubgraph } from '../subgraphs.ts'

/** A gateway over Tikitu's whole graph, whose services answer what a test sets. */
export interface TikituGateway extends TestGateway {
  /** What root fields answer, by name; null if absent. `User` is added to each user. */
  answers: Map<string, unknown>
  /** The root fields that services executed, with their arguments. */
  calls: { field: string; args: Record<string, unknown> }[]
}

/** Starts a gateway with REST over fake services that have the real schemas. */
export async function startTikitu(pool: TestPool, overrides: Partial<GatewayOptions> = {}): Promise<TikituGateway> {
  const answers = new Map<string, unknown>()
  const calls: TikituGateway['calls'] = []
  const resolve = (field: string) => (_parent: unknown, args: Record<string, unknown>) => {
    calls.push({ field, args })
    return answers.get(field) ?? null
  }
  const User = { __resolveReference: (user: object) => ({ ...user, ...(answers.get('User') as object | undefined) }) }
  const subgraphs: TestSubgraph[] = []
  for (const name of subgraphNames) {
    const sdl = subgraphSdl(name)
    const resolvers = { User, Query: rootFields(sdl, 'Query', resolve), Mutation: rootFields(sdl, 'Mutation', resolve) }
    subgraphs.push(await startSubgraph(name, sdl, { cacheControl: 'max-age=30, public', ...resolvers }))
  }
  const gateway = await startGateway(subgraphs, pool, { restEndpoints, ...overrides })
  const close = async (): Promise<void> => {
    await gateway.close()
    for (const subgraph of subgraphs) subgraph.close()
  }
  return { ...gateway, answers, calls, close }
}

function rootFields(sdl: string, type: 'Query' | 'Mutation', resolve: (field: string) => unknown): object {
  const names = parse(sdl).definitions.flatMap((node) =>
    (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION) && node.name.value === type
      ? (node.fields ?? []).map((field) => field.name.value)
      : [],
  )
  return Object.fromEntries(names.filter((name) => !name.startsWith('_')).map((name) => [name, resolve(name)]))
}
