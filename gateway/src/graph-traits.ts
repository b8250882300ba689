import { scalars } from '@tikitu/kit/graphql/scalars'
import { restEndpoints } from '@tikitu/schema/rest/endpoints'
import type { GatewayEnv } from './env.ts'
import { servicePaths } from './http/service-paths.ts'
import { attemptLimits } from './rates/attempt-limits.ts'
import type { RateOptions } from './rates/rates.ts'
import type { GatewayOptions } from './server.ts'

/** Properties of a graph that its supergraph does not state. */
export type GraphTraits = Pick<RateOptions, 'attemptLimits'> &
  Pick<
    GatewayOptions,
    | 'graphName'
    | 'rights'
    | 'scalars'
    | 'restEndpoints'
    | 'servicePaths'
    | 'unmarkedFields'
    | 'hasHealthPages'
    | 'hasLocalSubgraph'
    | 'hasSignIn'
    | 'needsErrorCodes'
  >

/** The Tikitu graph. */
export const tikitu: GraphTraits = {
  graphName: 'tikitu',
  rights: { accounts: 'user', staff: 'admin' },
  scalars,
  servicePaths,
  restEndpoints,
  attemptLimits,
  unmarkedFields: 'signed-in',
  hasHealthPages: true,
  hasLocalSubgraph: true,
  hasSignIn: true,
  needsErrorCodes: true,
}

/** A foreign graph. Names that have a meaning in Tikitu have none here. */
const foreign: Omit<GraphTraits, 'unmarkedFields'> = {
  graphName: 'foreign',
  rights: null,
  scalars: {},
  servicePaths: [],
  restEndpoints: [],
  attemptLimits: {},
  hasHealthPages: false,
  hasLocalSubgraph: false,
  hasSignIn: false,
  needsErrorCodes: false,
}

/** The traits of the graph in `GATEWAY_GRAPH`. */
export function traitsOf(env: GatewayEnv): GraphTraits {
  return env.GATEWAY_GRAPH === 'tikitu' ? tikitu : { ...foreign, unmarkedFields: env.GATEWAY_UNMARKED_FIELDS }
}
