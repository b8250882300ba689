import type { ApolloGateway } from '@apollo/gateway'

/** Which executor answers: ours, Apollo's, or Apollo's with ours beside it. */
export type ExecutorMode = 'compiled' | 'stock' | 'shadow'

/** The executor that Apollo Server calls. */
export type Execute = ApolloGateway['executor']
