import { issued } from './factories.ts'

export const june1 = '2027-06-01T12:30:00.000Z'
export const june8 = '2027-06-08T12:30:00.000Z'
export const july1 = '2027-07-01T12:30:00.000Z'

const place = {
  timeZone: 'Asia/Jakarta',
  venueName: 'Teater Jakarta',
  venueCity: 'Jakarta',
  venueAddressLines: ['Jalan Cikini Raya 73', 'Jakarta 10330'],
}

export interface PerformanceState {
  version: number
  status?: string
  startsAt?: string
  moveCount?: number
  [detail: string]: unknown
}

/** What booking tells of a performance. */
export function performance(performanceId: string, state: PerformanceState) {
  const { version, status = 'SCHEDULED', startsAt = june1, ...details } = state
  const times = { previousStartsAt: null, moveReason: null, doorsAt: null, endsAt: null, salesEndAt: startsAt }
  return {
    ...{
      performanceId,
      version,
      status,
      startsAt,
      eventId: 'shw_1',
      eventTitle: 'Hamlet',
      partnerId: 'ptr_1',
      capacity: 100,
    },
    details: { moveCount: 0, ...times, ...place, ...details },
  }
}

/** What booking tells of tickets for the performance as it was at that version. */
export function ticketsOf(
  userId: string,
  performanceId: string,
  { version, startsAt = june1, moveCount = 0 }: PerformanceState,
) {
  const showing = {
    ...issued('').showing,
    ...place,
    performanceId,
    doorsAt: null,
    endsAt: null,
    version,
    startsAt,
    moveCount,
  }
  return issued(userId, { showing: { ...showing, status: 'SCHEDULED' }, bookedFor: { startsAt, moveCount } })
}
