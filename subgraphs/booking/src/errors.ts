import { DomainError } from '@tikitu/kit/base/errors'
import type { Money } from '@tikitu/kit/base/money'

/** At least one requested place is held or sold. Nothing was claimed. */
export class SeatsTaken extends DomainError {
  override readonly name = 'SeatsTaken'
  readonly code = 'SEATS_TAKEN'
  readonly numbers: number[]
  constructor(numbers: number[]) {
    super('Some of these seats have just been taken. Choose others.', { numbers })
    this.numbers = numbers
  }
}

/** One person may not have that many places for this performance. Nothing was claimed. */
export class PlaceLimitReached extends DomainError {
  override readonly name = 'PlaceLimitReached'
  readonly code = 'PLACE_LIMIT_REACHED'
  readonly limit: number
  constructor(limit: number) {
    super(`You can have at most ${limit} seats for this performance. Choose fewer, or release some that you hold.`, {
      limit,
    })
    this.limit = limit
  }
}

/** Why somebody may not hold more. */
export type HoldingLimit = 'OPEN_HOLDS' | 'HELD_SEATS' | 'ADDRESS' | 'UNPAID_HOLDS'

const holdingLimits: Record<HoldingLimit, string> = {
  OPEN_HOLDS: 'You have too many holds and unpaid bookings. Pay for one or cancel it first.',
  HELD_SEATS: 'You have too many unpaid seats. Pay for them or release some first.',
  ADDRESS: 'Too many unpaid seats for this performance are held from your network. Try again in a few minutes.',
  UNPAID_HOLDS: 'You have held seats several times without paying. Wait a moment before you hold more.',
}

/** Somebody, or all who are behind one address, hold much that is not paid, or have done so before. Nothing was claimed. */
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

/** The choice would leave single free seats, which nobody wants. Nothing was claimed. */
export class SingleSeatLeft extends DomainError {
  override readonly name = 'SingleSeatLeft'
  readonly code = 'SINGLE_SEAT_LEFT'
  readonly numbers: number[]
  constructor(numbers: number[]) {
    super('Your choice would leave a single seat empty. Choose seats next to others, or take that seat too.', {
      numbers,
    })
    this.numbers = numbers
  }
}

/** Some of the seats are kept for wheelchair users and those who come with them. Nothing was claimed. */
export class AccessibleSeatsReserved extends DomainError {
  override readonly name = 'AccessibleSeatsReserved'
  readonly code = 'ACCESSIBLE_SEATS_RESERVED'
  readonly numbers: number[]
  constructor(numbers: number[]) {
    super(
      'Some of these seats are for wheelchair users and their companions. Enter the number of wheelchair users, or choose other seats.',
      {
        numbers,
      },
    )
    this.numbers = numbers
  }
}

/** The performance cannot be booked at this moment. */
export class NotOnSale extends DomainError {
  override readonly name = 'NotOnSale'
  readonly code = 'NOT_ON_SALE'
  readonly salesStartAt: Date | null
  constructor(message: string, salesStartAt: Date | null = null) {
    super(message, { salesStartAt })
    this.salesStartAt = salesStartAt
  }
}

/** The performance was moved after its places were held: nothing was booked, and the hold stays. */
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

/** Another performance is in the same hall at the same time. */
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

/** The hold keeps nothing any more. Nothing was changed. */
export class HoldOver extends DomainError {
  override readonly name = 'HoldOver'
  readonly code = 'HOLD_OVER'
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

/** The hold cannot be made any longer. It keeps its places until `expiresAt` as before. */
export class HoldLimitReached extends DomainError {
  override readonly name = 'HoldLimitReached'
  readonly code = 'HOLD_LIMIT_REACHED'
  readonly expiresAt: Date
  constructor(expiresAt: Date) {
    super('This hold cannot be extended further. Book the seats before it ends.', { expiresAt })
    this.expiresAt = expiresAt
  }
}

/** The booking would cost something else than its customer was shown. Nothing was booked, and the hold stays. */
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

/** The booking is paid, so it is its tickets that can be given back. Nothing was changed. */
export class BookingPaid extends DomainError {
  override readonly name = 'BookingPaid'
  readonly code = 'BOOKING_PAID'
  constructor() {
    super('This booking is already paid. Cancel its tickets with cancelTickets instead.')
  }
}

/** The customer may not cancel these tickets, or not any more. Nothing was cancelled. */
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

/** Somebody was let in with at least one of the tickets. Nothing was cancelled. */
export class TicketUsed extends DomainError {
  override readonly name = 'TicketUsed'
  readonly code = 'TICKET_USED'
  readonly ticketIds: string[]
  constructor(ticketIds: string[]) {
    super('A ticket that was used at the door cannot be cancelled. Leave it out, or contact the organizer.', {
      ticketIds,
    })
    this.ticketIds = ticketIds
  }
}

/** The caller is suspended: nothing is sold to them, and they act for nobody. */
export class UserSuspended extends DomainError {
  override readonly name = 'UserSuspended'
  readonly code = 'USER_SUSPENDED'
  constructor() {
    super('This account is suspended. Contact support.')
  }
}

/** A second person has to decide this, and the caller is the first. */
export class SecondPersonNeeded extends DomainError {
  override readonly name = 'SecondPersonNeeded'
  readonly code = 'SECOND_PERSON_NEEDED'
  constructor() {
    super('You requested this cancellation, so another person has to decide on it.')
  }
}

/** There are not that many free places as they were asked for. Nothing was claimed. */
export class NotEnoughPlaces extends DomainError {
  override readonly name = 'NotEnoughPlaces'
  readonly code = 'NOT_ENOUGH_PLACES'
  readonly free: number
  constructor(free: number) {
    super('Not enough seats are available. Choose fewer seats, another zone or another date.', { free })
    this.free = free
  }
}

/** Another event has this address. */
export class SlugTaken extends DomainError {
  override readonly name = 'SlugTaken'
  readonly code = 'SLUG_TAKEN'
  readonly suggestion: string
  constructor(slug: string, suggestion: string) {
    super(`Another event already uses the address ${slug}. Use ${suggestion} or another one.`, { suggestion })
    this.suggestion = suggestion
  }
}

/** Something is missing before the event can be shown. */
export class EventNotReady extends DomainError {
  override readonly name = 'EventNotReady'
  readonly code = 'EVENT_NOT_READY'
  readonly problems: string[]
  constructor(problems: string[]) {
    super(problems.join(' '), { problems })
    this.problems = problems
  }
}

/** The partner is not verified, or may not sell at present. */
export class PartnerMayNotSell extends DomainError {
  override readonly name = 'PartnerMayNotSell'
  readonly code = 'PARTNER_MAY_NOT_SELL'
  constructor() {
    super('This partner cannot sell tickets. Complete the verification, or contact support.')
  }
}
