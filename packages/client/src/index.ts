// biome-ignore-all lint/performance/noBarrelFile: what the package gives at its root
export { type CallArguments, createClient, type TikituClient } from './client.ts'
export { type GraphError, type Refusable, Refused, type Success, succeed, TikituError } from './errors.ts'
export type { DocumentText, Operation, ParsedDocument } from './operation.ts'
export type { ClientOptions, SubscriptionTransport, TokenSource } from './options.ts'
export type { CallOptions } from './request.ts'
export type { Answer, SubscriptionVariables } from './subscribe.ts'
