import type { ApolloGateway } from '@apollo/gateway'

/** `compiled`: this executor. `stock`: Apollo's. `shadow`: Apollo's, and this one runs as well for comparison. */
export type ExecutorMode = 'compiled' | 'stock' | 'shadow'

/** The executor function that Apollo Server calls. */
export type Execute = ApolloGateway['executor']
