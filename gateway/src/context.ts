import type { Viewer } from '@tikitu/kit/viewer'

/** What is known of a request while it runs. */
export interface GatewayContext {
  viewer: Viewer
  requestId: string
  /** Where the request came from; empty for the gateway's own. */
  address: string
  /** Client headers that subgraphs see: an allow-list, by name in lower case. */
  forwarded: Readonly<Record<string, string>>
  /** The operation is planned only: nobody asked for it yet. */
  isWarmUp?: true
}
