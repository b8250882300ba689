import type { Resolvers } from '../generated/resolvers.ts'
import { AdminUser } from './AdminUser.ts'
import { AuditEntry } from './AuditEntry.ts'
import { ConfigChange, ConfigEntry } from './ConfigEntry.ts'
import { Dashboard, PerformanceOccupancy } from './Dashboard.ts'
import { Mutation } from './Mutation.ts'
import { Query } from './Query.ts'
import { User } from './User.ts'

/** Every resolver of the admin subgraph, by type. */
export const resolvers: Resolvers = {
  AdminUser,
  AuditEntry,
  ConfigChange,
  ConfigEntry,
  Dashboard,
  Mutation,
  PerformanceOccupancy,
  Query,
  User,
}
