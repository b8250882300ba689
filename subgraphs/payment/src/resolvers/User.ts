import { listPaymentsOfUser } from '../domain/payments/list-payments.ts'
import type { UserResolvers } from '../generated/resolvers.ts'

export const User: UserResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  payments: ({ id }, args, ctx) => listPaymentsOfUser(ctx, id, args),
}
