import { listConfigHistory } from '../domain/settings/list-config.ts'
import type { ConfigEntryResolvers } from '../generated/resolvers.ts'

export const ConfigEntry: ConfigEntryResolvers = {
  history: (entry, _args, ctx) => listConfigHistory(ctx, entry),
}
