import { readFileSync } from 'node:fs'
import { parse, print } from 'graphql'
import { withCommonConstraints } from './constraints.ts'
import { type ServiceName, servicePorts } from './services.ts'

/** The subgraphs of the graph, in the order of their ports. */
export const subgraphNames = Object.keys(servicePorts) as ServiceName[]

/** The SDL of a subgraph: the common definitions, then its own. @throws GraphQLError when it is not GraphQL */
export function subgraphSdl(name: ServiceName): string {
  const common = readFileSync(new URL('common.graphql', import.meta.url), 'utf8')
  const own = readFileSync(new URL(`../subgraphs/${name}/schema.graphql`, import.meta.url), 'utf8')
  return print(withCommonConstraints(parse(`${common}\n${own}`)))
}

/** A part of the graph: its name, default URL and SDL. */
export interface Part {
  name: string
  url: string
  sdl: string
}
