import { listPartnerEvents } from '../domain/catalogue/list-partner-events.ts'
import type { PartnerResolvers } from '../generated/resolvers.ts'

export const Partner: PartnerResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  events: (partner, args, ctx) => listPartnerEvents(ctx, { partnerId: partner.id, ...args }),
}
