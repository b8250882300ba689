import type { Resolvers } from '../generated/resolvers.ts'
import { Mutation } from './Mutation.ts'
import {
  BankAccount,
  Partner,
  PartnerApplication,
  PartnerDocument,
  PartnerInvitation,
  PartnerMember,
  User,
} from './Partner.ts'
import { Query } from './Query.ts'
import { Layout, Venue } from './Venue.ts'

/** Every resolver of the partner subgraph, by type. */
export const resolvers: Resolvers = {
  BankAccount,
  Layout,
  Mutation,
  Partner,
  PartnerApplication,
  PartnerDocument,
  PartnerInvitation,
  PartnerMember,
  Query,
  User,
  Venue,
}
