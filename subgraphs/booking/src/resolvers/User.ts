import { listBookingsOfUser } from '../domain/bookings/list-bookings.ts'
import type { UserResolvers } from '../generated/resolvers.ts'

export const User: UserResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  bookings: (user, args, ctx) => listBookingsOfUser(ctx, user.id, args),
}
