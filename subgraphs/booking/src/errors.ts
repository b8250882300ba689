import { DomainError } from '@tikitu/kit/base/errors'
import type { Money } from '@tikitu/kit/base/money'

/** At least one requested seat is held or sold. Nothing was held. */
export class SeatsTaken extends DomainError {
  override readonly name = 'SeatsTaken'
  readonly code = 'SEATS_TAKEN'
  readonly seatNumbers: number[]
  constructor(seatNumbers: number[]) {
    super('Some of these seats have just been taken. Choose others.', { seatNumbers })
    this.seatNumbers = seatNumbers
  }
}

/** The caller would exceed the seats per person for this performance. Nothing was held. */
export class SeatLimitReached extends DomainError {
  override readonly name = 'SeatLimitReached'
  readonly code = 'SEAT_LIMIT_REACHED'
  readonly limit: number
  constructor(limit: number) {
    super(`You can have at most ${limit} seats for this performance. Choose fewer, or release some that you hold.`, {
      limit,
    })
    this.limit = limit
  }
}

/** The limit that a hold would exceed. */
export type HoldingLimit = 'OPEN_HOLDS' | 'HELD_SEATS' | 'ADDRESS' | 'UNPAID_HOLDS'

const holdingLimits: Record<HoldingLimit, string> = {
  OPEN_HOLDS: 'You have too many holds and unpaid bookings. Pay for one or cancel it first.',
  HELD_SEATS: 'You have too many unpaid seats. Pay for them or release some first.',
  ADDRESS: 'Too many unpaid seats for this performance are held from your network. Try again in a few minutes.',
  UNPAID_HOLDS: 'You have held seats several times without paying. Wait a moment before you hold more.',
}

/** A user or a network address has too many unpaid seats, or had too many unpaid holds recently. Nothing was held. */
export class TooManyHolds extends DomainError {
  override readonly name = 'TooManyHolds'
  readonly code = 'TOO_MANY_HOLDS'
  readonly reason: HoldingLimit
  readonly retryAt: Date | null
  constructor(reason: HoldingLimit, retryAt: Date | null) {
    super(holdingLimits[reason], { reason, retryAt })
    this.reason = reason
    this.retryAt = retryAt
  }
}

/** The selection would leave single empty seats, which are hard to sell. Nothing was held. */
export class SingleSeatLeft extends DomainError {
  override readonly name = 'SingleSeatLeft'
  readonly code = 'SINGLE_SEAT_LEFT'
  readonly seatNumbers: number[]
  constructor(seatNumbers: number[]) {
    super('Your choice would leave a single seat empty. Choose seats next to others, or take that seat too.', {
      seatNumbers,
    })
    this.seatNumbers = seatNumbers
  }
}

/** Some of the seats are reserved for wheelchair users and their companions. Nothing was held. */
export class AccessibleSeatsReserved extends DomainError {
  override readonly name = 'AccessibleSeatsReserved'
  readonly code = 'ACCESSIBLE_SEATS_RESERVED'
  readonly seatNumbers: number[]
  constructor(seatNumbers: number[]) {
    super(
      'Some of these seats are for wheelchair users and their companions. Enter the number of wheelchair users, or choose other seats.',
      {
        seatNumbers,
      },
    )
    this.seatNumbers = seatNumbers
  }
}

/** The performance is not on sale. */
export class NotOnSale extends DomainError {
  override readonly name = 'NotOnSale'
  readonly code = 'NOT_ON_SALE'
  readonly salesStartAt: Date | null
  constructor(message: string, salesStartAt: Date | null = null) {
    super(message, { salesStartAt })
    this.salesStartAt = salesStartAt
  }
}

/** The performance was moved after its seats were held. Nothing was booked, and the hold stays active. */
export class PerformanceMoved extends DomainError {
  override readonly name = 'PerformanceMoved'
  readonly code = 'PERFORMANCE_MOVED'
  readonly startsAt: Date
  constructor(startsAt: Date) {
    super(
      `This performance has been moved to ${startsAt.toISOString()}. Accept the new date with acceptedStartsAt, or release the hold.`,
      { startsAt },
    )
    this.startsAt = startsAt
  }
}

/** Another performance uses the same hall at the same time. */
export class PerformancesOverlap extends DomainError {
  override readonly name = 'PerformancesOverlap'
  readonly code = 'PERFORMANCES_OVERLAP'
  constructor(overlaps: readonly { performanceId: string; eventTitle: string; startsAt: string }[]) {
    const others = overlaps.map(({ eventTitle, startsAt }) => `${eventTitle} (${startsAt})`).join(', ')
    super(`The hall is already in use at that time: ${others}. Choose another time, or set allowOverlap to true.`, {
      overlaps,
    })
  }
}

/** The hold has expired or was released, or its seats are in a booking. Nothing was changed. */
export class HoldNotActive extends DomainError {
  override readonly name = 'HoldNotActive'
  readonly code = 'HOLD_NOT_ACTIVE'
  readonly holdStatus: 'CONSUMED' | 'RELEASED' | 'EXPIRED'
  constructor(holdStatus: 'CONSUMED' | 'RELEASED' | 'EXPIRED') {
    super(
      holdStatus === 'CONSUMED'
        ? 'These seats are already in a booking. Find it in your bookings.'
        : 'Your hold on these seats has ended. Choose seats again.',
      { holdStatus },
    )
    this.holdStatus = holdStatus
  }
}

/** The hold cannot be extended further. It stays active until `expiresAt`. */
export class HoldLimitReached extends DomainError {
  override readonly name = 'HoldLimitReached'
  readonly code = 'HOLD_LIMIT_REACHED'
  readonly expiresAt: Date
  constructor(expiresAt: Date) {
    super('This hold cannot be extended further. Book the seats before it ends.', { expiresAt })
    this.expiresAt = expiresAt
  }
}

/** The total differs from the one the customer saw. Nothing was booked, and the hold stays active. */
export class PriceChanged extends DomainError {
  override readonly name = 'PriceChanged'
  readonly code = 'PRICE_CHANGED'
  readonly oldTotal: Money
  readonly newTotal: Money
  constructor(oldTotal: Money, newTotal: Money) {
    super('The price has changed since you chose these seats. Accept the new total, or choose again.', {
      oldTotal,
      newTotal,
    })
    this.oldTotal = oldTotal
    this.newTotal = newTotal
  }
}

/** The booking is paid, so only its tickets can be cancelled. Nothing was changed. */
export class BookingPaid extends DomainError {
  override readonly name = 'BookingPaid'
  readonly code = 'BOOKING_PAID'
  constructor() {
    super('This booking is already paid. Cancel its tickets with cancelTickets instead.')
  }
}

/** Customers cannot cancel these tickets, or the deadline has passed. Nothing was cancelled. */
export class CancellationClosed extends DomainError {
  override readonly name = 'CancellationClosed'
  readonly code = 'CANCELLATION_CLOSED'
  readonly deadline: Date | null
  constructor(deadline: Date | null) {
    super(
      deadline
        ? 'The deadline to cancel these tickets has passed. Contact the organizer.'
        : 'Tickets for this performance cannot be cancelled. Contact the organizer.',
      { deadline },
    )
    this.deadline = deadline
  }
}

/** At least one of the tickets has been used. Nothing was cancelled. */
export class TicketAlreadyUsed extends DomainError {
  override readonly name = 'TicketAlreadyUsed'
  readonly code = 'TICKET_ALREADY_USED'
  readonly ticketIds: string[]
  constructor(ticketIds: string[]) {
    super('A ticket that was used at the door cannot be cancelled. Leave it out, or contact the organizer.', {
      ticketIds,
    })
    this.ticketIds = ticketIds
  }
}

/** The caller requested this cancellation, so another person has to decide. */
export class SecondApproverRequired extends DomainError {
  override readonly name = 'SecondApproverRequired'
  readonly code = 'SECOND_APPROVER_REQUIRED'
  constructor() {
    super('You requested this cancellation, so another person has to decide on it.')
  }
}

/** Not enough seats are available. Nothing was held. */
export class NotEnoughSeats extends DomainError {
  override readonly name = 'NotEnoughSeats'
  readonly code = 'NOT_ENOUGH_SEATS'
  readonly free: number
  constructor(free: number) {
    super('Not enough seats are available. Choose fewer seats, another zone or another date.', { free })
    this.free = free
  }
}

/** Another event already has this slug. */
export class SlugTaken extends DomainError {
  override readonly name = 'SlugTaken'
  readonly code = 'SLUG_TAKEN'
  readonly suggestion: string
  constructor(slug: string, suggestion: string) {
    super(`Another event already uses the address ${slug}. Use ${suggestion} or another one.`, { suggestion })
    this.suggestion = suggestion
  }
}

/** The event cannot be published yet. */
export class EventNotReady extends DomainError {
  override readonly name = 'EventNotReady'
  readonly code = 'EVENT_NOT_READY'
  readonly problems: string[]
  constructor(problems: string[]) {
    super(problems.join(' '), { problems })
    this.problems = problems
  }
}

/** The partner is not verified, or is currently not allowed to sell. */
export class PartnerMayNotSell extends DomainError {
  override readonly name = 'PartnerMayNotSell'
  readonly code = 'PARTNER_MAY_NOT_SELL'
  constructor() {
    super('This partner cannot sell tickets. Complete the verification, or contact support.')
  }
}
