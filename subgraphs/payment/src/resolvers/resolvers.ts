import type { Resolvers } from '../generated/resolvers.ts'
import { Booking, Partner } from './Booking.ts'
import { Mutation } from './Mutation.ts'
import { Payment, PaymentAttempt } from './Payment.ts'
import { PaymentIssue, PaymentIssueRequest, PaymentIssueStep } from './PaymentIssue.ts'
import { Query } from './Query.ts'
import { Refund } from './Refund.ts'
import { LedgerBalance, LedgerEntry, Transaction } from './Transaction.ts'
import { User } from './User.ts'

/** Every resolver of the payment subgraph, by type. */
export const resolvers: Resolvers = {
  Booking,
  LedgerBalance,
  LedgerEntry,
  Mutation,
  Partner,
  Payment,
  PaymentAttempt,
  PaymentIssue,
  PaymentIssueRequest,
  PaymentIssueStep,
  Query,
  Refund,
  Transaction,
  User,
}
