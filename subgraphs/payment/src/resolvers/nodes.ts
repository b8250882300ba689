import type { NodeGetters } from '@tikitu/kit/graphql/nodes'
import type { Ctx } from '../context.ts'
import { getIssue } from '../domain/issues/list-issues.ts'
import { getTransaction } from '../domain/ledger/get-transaction.ts'
import { getPayment } from '../domain/payments/get-payment.ts'
import { getRefund } from '../domain/refunds/get-refund.ts'

/** Loads each node of this service as the caller may see it. */
export const nodes: NodeGetters<Ctx> = {
  Payment: getPayment,
  PaymentIssue: getIssue,
  Refund: getRefund,
  Transaction: getTransaction,
}
