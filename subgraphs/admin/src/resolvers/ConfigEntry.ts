import { partnerOf, userOf } from '../domain/references.ts'
import { listConfigHistory, valueSchemaOf } from '../domain/settings/list-config.ts'
import type { ConfigChangeResolvers, ConfigEntryResolvers } from '../generated/resolvers.ts'

export const ConfigEntry: ConfigEntryResolvers = {
  partner: (entry) => partnerOf(entry.scope),
  valueSchema: (entry) => valueSchemaOf(entry.key),
  history: (entry, args, ctx) => listConfigHistory(ctx, entry, args),
}

export const ConfigChange: ConfigChangeResolvers = {
  changedById: (change) => change.changedBy,
  changedBy: (change) => userOf(change.changedBy),
}
