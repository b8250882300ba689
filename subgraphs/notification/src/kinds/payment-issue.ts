import { events } from '@tikitu/schema/events/registry'
import { defineKind } from './kind.ts'
import { amountIn, greeting, pageUrl } from './phrases.ts'
import { sampleParties } from './samples.ts'

const bookingPath = ({ bookingId }: { bookingId: string | null }): string | null =>
  bookingId === null ? null : `/bookings/${bookingId}`

/** Money is stuck: what is wrong, and what happens next. How it ends is told by the tickets or by the refund. */
export const paymentIssue = defineKind({
  category: 'PAYMENTS',
  channels: ['EMAIL', 'IN_APP', 'PUSH'],
  data: events['payment.issueChanged'].payload,
  subjectId: ({ bookingId }) => bookingId,
  path: bookingPath,
  view: (issue, reader) => ({
    ...greeting(reader),
    reference: issue.reference ?? '',
    amount: amountIn(issue.amount, reader),
    expected: issue.expected ? amountIn(issue.expected, reader) : '',
    received: issue.received ? amountIn(issue.received, reader) : '',
    isOtherAmount: issue.kind === 'CAPTURE_MISMATCH',
    isChargedTwice: issue.kind === 'DUPLICATE_CAPTURE',
    isUnconfirmed: issue.kind === 'UNCONFIRMED_CAPTURE',
    isPaymentUnknown: issue.kind === 'OUTCOME_UNKNOWN' && issue.refundId === null,
    isRefundUnknown: issue.kind === 'OUTCOME_UNKNOWN' && issue.refundId !== null,
    hasRefundFailed: issue.kind === 'REFUND_FAILED',
    isOtherRefund: issue.kind === 'REFUND_MISMATCH',
    bookingUrl: pageUrl(reader, bookingPath(issue)),
  }),
  required: ['amount', 'reference'],
  sample: {
    ...sampleParties,
    issueId: 'iss_sample',
    version: 1,
    kind: 'CAPTURE_MISMATCH',
    status: 'OPEN',
    occasion: 'OPENED',
    resolution: null,
    paymentId: 'pay_sample',
    refundId: null,
    amount: { amountMinor: 9350, currency: 'EUR' },
    expected: { amountMinor: 9850, currency: 'EUR' },
    received: { amountMinor: 9350, currency: 'EUR' },
    openedAt: '2027-03-01T10:00:00.000Z',
  },
})
