import { money } from '@tikitu/schema/money'
import { z } from 'zod'
import { defineKind } from './kind.ts'
import { amountIn, greeting, pageUrl } from './phrases.ts'

const approval = z.object({
  requestId: z.string(),
  partnerId: z.string(),
  kind: z.enum(['REFUND', 'TICKETS', 'PERFORMANCE', 'EVENT']),
  /** What it is about, as people call it: a booking's reference, an event's title. */
  subject: z.string(),
  amount: money,
})

const approvalPath = ({ requestId }: { requestId: string }): string => `/approvals/${requestId}`

/** A refund or cancellation needs the reader's approval as the second person. */
export const approvalRequested = defineKind({
  category: 'PARTNER',
  channels: ['EMAIL', 'IN_APP'],
  data: approval,
  subjectId: ({ requestId }) => requestId,
  path: approvalPath,
  view: (request, reader) => ({
    ...greeting(reader),
    subject: request.subject,
    amount: amountIn(request.amount, reader),
    isRefund: request.kind === 'REFUND',
    areTickets: request.kind === 'TICKETS',
    isPerformance: request.kind === 'PERFORMANCE',
    isEvent: request.kind === 'EVENT',
    requestUrl: pageUrl(reader, approvalPath(request)),
  }),
  required: ['subject', 'amount'],
  sample: {
    requestId: 'req_sample',
    partnerId: 'ptr_sample',
    kind: 'REFUND',
    subject: 'K7QM-2F9D',
    amount: { amountMinor: 98_500, currency: 'EUR' },
  },
})
