import { readFileSync } from 'node:fs'

/** The subgraphs of the graph, in the order of their ports. */
export const subgraphNames = ['admin', 'partner', 'payment', 'notification', 'booking', 'user'] as const

export type SubgraphName = (typeof subgraphNames)[number]

/** The whole SDL of a subgraph: what all of them share, then its own contract. */
export function subgraphSdl(name: SubgraphName): string {
  const common = readFileSync(new URL('common.graphql', import.meta.url), 'utf8')
  const own = readFileSync(new URL(`../subgraphs/${name}/schema.graphql`, import.meta.url), 'utf8')
  return `${common}\n${own}`
}
