import type { Signals } from '@tikitu/kit/subscriptions/notify'
import type { InboxOwner } from '../domain/inbox/list-inbox.ts'
import { watchInbox } from '../domain/inbox/watch-inbox.ts'
import type { SubscriptionResolvers } from '../generated/resolvers.ts'

/** The subscriptions, on what this process learns from the others. */
export function subscriptionsOn({ signals }: { signals: Signals }): SubscriptionResolvers {
  return {
    inboxChanged: {
      subscribe: (_parent, _args, ctx) => watchInbox(ctx, signals),
      resolve: (owner: InboxOwner) => owner,
    },
  }
}
