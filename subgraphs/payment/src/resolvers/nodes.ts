import type { NodeGetters } from '@tikitu/kit/nodes'
import type { Ctx } from '../context.ts'
import { getPayment } from '../domain/get-payment.ts'
import { getRefund } from '../domain/get-refund.ts'
import { getTransaction } from '../domain/get-transaction.ts'
import { getIssue } from '../domain/issues/list-issues.ts'

/** How each node of this service is found as its caller may see it. */
export const nodes: NodeGetters<Ctx> = {
  Payment: getPayment,
  PaymentIssue: getIssue,
  Refund: getRefund,
  Transaction: getTransaction,
}
