import type { SeededPlatform } from './platform.ts'

/** What a client sends for one screen, whole. */
export interface Page {
  name: string
  body: string
  token: string | null
}

/** The screens that a shop is made of, each as one operation. */
export function pagesOf({ slug, performanceId, token }: SeededPlatform): Page[] {
  return [
    { name: 'search', body: JSON.stringify({ query: search }), token: null },
    { name: 'event', body: JSON.stringify({ query: event, variables: { slug, performanceId } }), token: null },
    { name: 'map', body: JSON.stringify({ query: map, variables: { performanceId } }), token: null },
    { name: 'me', body: JSON.stringify({ query: me }), token },
  ]
}

const money = 'amountMinor currency'
const summary = `id status startsAt doorsAt endsAt timeZone venueName city salesStartAt salesEndAt isOnSale capacity freeSeats priceFrom { ${money} }`

const search = `query Search {
  events(sort: SOONEST, first: 20) {
    edges { cursor node {
      id slug title category minimumAge images { url alt } organizer
      performances { edges { node { id startsAt timeZone venueName city isOnSale freeSeats priceFrom { ${money} } } } }
    } }
    pageInfo { hasNextPage endCursor }
  }
}`

const event = `query EventPage($slug: String!, $performanceId: ID!) {
  eventBySlug(slug: $slug) {
    id slug title category description minimumAge images { url alt } status cancellationReason organizer publishedAt version
    partner { id name description }
    performances(first: 100) { edges { node { ${summary} } } }
  }
  performance(id: $performanceId) {
    id maxSeatsPerPerson currency entryRule taxBasisPoints
    tiers { id name zone price { ${money} } }
    fees { perTicket { ${money} } basisPoints }
    cancellation { deadlineHours feePerTicket { ${money} } }
    venue { id name addressLines postalCode city country accessibilityFeatures accessibilityNotes }
    availability { version isDelta nextChangeAt sections { section first capacity free bitmap } }
  }
}`

const map = `query SeatMap($performanceId: ID!) {
  performance(id: $performanceId) {
    id seatMap { layoutId layoutNumber capacity geometry }
    availability { version isDelta nextChangeAt sections { section first capacity free bitmap } }
  }
}`

const me = `query Me {
  me {
    id name email locale timeZone createdAt version
    preferences { language currency accessibilityNeeds favouriteCategories }
    addresses { id label recipient lines city postalCode country isDefault }
    bookings(first: 20) {
      edges { cursor node {
        id reference status placedAt expiresAt cancellableUntil
        total { ${money} } refundedTotal { ${money} }
        lines { seatNumber seatLabel tierName attendeeName isCancelled price { ${money} } }
        tickets { id seatNumber seatLabel tierName attendeeName status }
        performance { id startsAt timeZone venueName city event { id title } }
      } }
      pageInfo { hasNextPage endCursor }
    }
    inbox(first: 1) { unseenCount }
    payments(first: 20) { edges { node { id status reference amount { ${money} } createdAt capturedAt booking { id } } } }
  }
}`
