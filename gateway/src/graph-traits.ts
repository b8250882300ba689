import { scalars } from '@tikitu/kit/graphql/scalars'
import type { GatewayEnv } from './env.ts'
import { servicePaths } from './http/service-paths.ts'
import { attemptLimits } from './rates/attempt-limits.ts'
import type { RateOptions } from './rates/rates.ts'
import type { GatewayOptions } from './server.ts'

/** What the gateway takes for granted of a graph, besides what its supergraph says. */
export type GraphTraits = Pick<RateOptions, 'attemptLimits'> &
  Pick<
    GatewayOptions,
    | 'graphName'
    | 'rights'
    | 'scalars'
    | 'servicePaths'
    | 'unmarkedFields'
    | 'hasHealthPages'
    | 'hasOwnParts'
    | 'hasSignIn'
    | 'needsErrorCodes'
  >

/** All that is known of Tikitu's graph by name. */
export const tikitu: GraphTraits = {
  graphName: 'tikitu',
  rights: { accounts: 'user', staff: 'admin' },
  scalars,
  servicePaths,
  attemptLimits,
  unmarkedFields: 'signed-in',
  hasHealthPages: true,
  hasOwnParts: true,
  hasSignIn: true,
  needsErrorCodes: true,
}

/** Of somebody else's graph nothing is known: what is called as something of ours is not ours. */
const foreign: Omit<GraphTraits, 'unmarkedFields'> = {
  graphName: 'foreign',
  rights: null,
  scalars: {},
  servicePaths: [],
  attemptLimits: {},
  hasHealthPages: false,
  hasOwnParts: false,
  hasSignIn: false,
  needsErrorCodes: false,
}

/** The traits of the graph that the environment names. */
export function traitsOf(env: GatewayEnv): GraphTraits {
  return env.GATEWAY_GRAPH === 'tikitu' ? tikitu : { ...foreign, unmarkedFields: env.GATEWAY_UNMARKED_FIELDS }
}
