import type { LayoutDocument, LayoutRow, LayoutSeat, LayoutSection, SeatedSection } from './layout.ts'

/** The kind of a seat. `STANDING`: general admission. */
export type PlaceKind = 'SEAT' | 'ACCESSIBLE' | 'COMPANION' | 'RESTRICTED_VIEW' | 'STANDING'

/** One seat that can be sold. */
export interface LayoutPlace {
  /** From 0 without gaps through the layout: the index of the seat in every availability bitmap. */
  number: number
  /** The index of its section. */
  section: number
  /** The index of its row in the section, best first; null in general admission. */
  row: number | null
  /** Its position in the row: neighbours differ by 1, across an aisle or a pillar by 2. Null in general admission. */
  position: number | null
  /** The name of its price zone. */
  zone: string
  /** The label printed on the ticket: `Stalls, row C, seat 12`, or `Box 3, seat 4` in a row without a name. */
  label: string
  kind: PlaceKind
}

/**
 * Every seat of a layout in the order of its numbers: section by section, row by row, seat by seat; a general-admission section
 * has as many numbers as its capacity. Published layouts are immutable, and so are the numbers.
 */
export function* placesOf(document: LayoutDocument): Generator<LayoutPlace, void, undefined> {
  let number = 0
  for (const [index, section] of document.sections.entries()) {
    for (const place of placesOfSection(section)) yield { number: number++, section: index, ...place }
  }
}

type SectionPlace = Omit<LayoutPlace, 'number' | 'section'>

function* placesOfSection(section: LayoutSection): Generator<SectionPlace> {
  if (section.kind === 'GENERAL_ADMISSION') {
    const { zone, label } = section
    for (let count = 0; count < section.capacity; count++) {
      yield { row: null, position: null, zone, label, kind: 'STANDING' }
    }
    return
  }
  for (const [index, row] of section.rows.entries()) {
    const rowText = row.label === '' ? '' : `, row ${row.label}`
    let position = -1
    for (const [seatIndex, seat] of row.seats.entries()) {
      position += seat.gapBefore && seatIndex > 0 ? 2 : 1
      const label = `${section.label}${rowText}, seat ${seat.label}`
      yield { row: index, position, zone: zoneOfSeat(section, row, seat), label, kind: kindOf(seat) }
    }
  }
}

/** The name of the price zone that a seat is sold in. */
export function zoneOfSeat(section: SeatedSection, row: LayoutRow, seat: LayoutSeat): string {
  return seat.zone ?? row.zone ?? section.zone
}

/** The names of the zones that have seats. */
export function zonesWithPlaces(document: LayoutDocument): Set<string> {
  const zones = new Set<string>()
  for (const { zone } of placesOf(document)) zones.add(zone)
  return zones
}

/** `ACCESSIBLE` and `COMPANION` take precedence over a restricted view: they decide who may book the seat. */
function kindOf(seat: LayoutSeat): PlaceKind {
  if (seat.accessible) return 'ACCESSIBLE'
  if (seat.companion) return 'COMPANION'
  return seat.restrictedView ? 'RESTRICTED_VIEW' : 'SEAT'
}
