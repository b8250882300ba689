import { DomainError } from '@tikitu/kit/base/errors'
import type { Money } from '@tikitu/kit/base/money'

/** The quote was not issued by booking, or belongs to another customer. */
export class QuoteInvalid extends DomainError {
  override readonly name = 'QuoteInvalid'
  readonly code = 'QUOTE_INVALID'
}

/** The deadline for paying has passed. */
export class QuoteExpired extends DomainError {
  override readonly name = 'QuoteExpired'
  readonly code = 'QUOTE_EXPIRED'
  constructor() {
    super('The time to pay for this booking has expired. Place a new booking.')
  }
}

/** The payment is closed: it was paid, or its booking expired. */
export class PaymentClosed extends DomainError {
  override readonly name = 'PaymentClosed'
  readonly code = 'PAYMENT_CLOSED'
}

/** A payment attempt is in progress, and its outcome is not known yet. */
export class PaymentInProgress extends DomainError {
  override readonly name = 'PaymentInProgress'
  readonly code = 'PAYMENT_IN_PROGRESS'
  constructor() {
    super('A payment attempt is in progress. Wait for its result before you try again.')
  }
}

/** The amount exceeds what can still be refunded. Nothing was refunded. */
export class RefundTooLarge extends DomainError {
  override readonly name = 'RefundTooLarge'
  readonly code = 'REFUND_TOO_LARGE'
  readonly refundable: Money
  constructor(refundable: Money) {
    super('The amount exceeds what can still be refunded. Enter a smaller amount.', { refundable })
    this.refundable = refundable
  }
}

/** Everything left would be refunded, but the input does not say which tickets to cancel. Nothing was refunded. */
export class TicketChoiceNeeded extends DomainError {
  override readonly name = 'TicketChoiceNeeded'
  readonly code = 'TICKET_CHOICE_NEEDED'
  constructor() {
    super(
      'This refunds everything left of the payment. Set "tickets" to say which tickets it cancels: ALL, NONE (goodwill) or LISTED.',
    )
  }
}

/** The caller requested this, so another person must decide. */
export class SecondApproverRequired extends DomainError {
  override readonly name = 'SecondApproverRequired'
  readonly code = 'SECOND_APPROVER_REQUIRED'
  constructor() {
    super('You requested this yourself. Another person must decide.')
  }
}
