import { inboxIdOf } from '../domain/inbox/inbox-id.ts'
import { countUnseen, listInbox } from '../domain/inbox/list-inbox.ts'
import { listDevices } from '../domain/preferences/devices.ts'
import { getPreferences } from '../domain/preferences/preferences.ts'
import type {
  DeviceResolvers,
  InboxConnectionResolvers,
  InboxMessageResolvers,
  UserResolvers,
} from '../generated/resolvers.ts'

export const User: UserResolvers = {
  __resolveReference: ({ id }) => ({ id }),
  devices: (user, _args, ctx) => listDevices(ctx, user.id),
  notificationPreferences: (user, _args, ctx) => getPreferences(ctx, user.id),
  inbox: (user, args, ctx) => listInbox(ctx, user, args),
}

export const InboxConnection: InboxConnectionResolvers = {
  unseenCount: ({ owner }, _args, ctx) => countUnseen(ctx, owner.id),
}

export const InboxMessage: InboxMessageResolvers = {
  id: (message) => inboxIdOf(message.id),
}

export const Device: DeviceResolvers = {
  isReachable: (device) => device.disabledAt === null,
}
