import { z } from 'zod'

/**
 * A seat layout, as it is imported, exported and published. Coordinates are in units of a hundredth of a metre on one
 * plan for the whole house: x to the right, y away from the stage, whose front edge is y = 0.
 */

/** Text that is printed: on one line, without control characters. */
function printed(max: number) {
  return z
    .string()
    .trim()
    .min(1)
    .max(max)
    .regex(/^[^\p{Cc}]*$/u, 'must be one line of text')
}

const label = printed(24)
const coordinate = z.int().min(-100_000).max(100_000)

/** A numbered seat. Its position in `row.seats` is its place among its neighbours. */
const layoutSeat = z.object({
  /** As printed on the ticket; unique in its row. */
  label,
  x: coordinate,
  y: coordinate,
  /** Distance from the seat before it in the row: true when there is an aisle or a pillar between the two. */
  gapBefore: z.boolean().optional(),
  /** A place for a wheelchair. */
  accessible: z.boolean().optional(),
  /** For whoever accompanies the person in the accessible place beside it. */
  companion: z.boolean().optional(),
  restrictedView: z.boolean().optional(),
})

const layoutRow = z.object({
  /** As printed on the ticket; unique in its section. */
  label,
  seats: z.array(layoutSeat).min(1).max(500),
})

/** Rows of numbered seats that are sold as one price zone. */
const seatedSection = z.object({
  kind: z.literal('SEATED'),
  /** Unique in the layout. */
  label: printed(60),
  /** The name of the price zone it belongs to. */
  zone: printed(60),
  /** The best row first: best-available goes by it. */
  rows: z.array(layoutRow).min(1).max(300),
})

/** A floor or a room where nobody has a place of their own. */
const generalAdmissionSection = z.object({
  kind: z.literal('GENERAL_ADMISSION'),
  label: printed(60),
  zone: printed(60),
  capacity: z.int().min(1).max(100_000),
  /** Its corners on the plan, in order. */
  outline: z
    .array(z.object({ x: coordinate, y: coordinate }))
    .min(3)
    .max(100)
    .optional(),
})

export const layoutDocument = z.object({
  format: z.literal('tikitu.layout.v1'),
  /** Price zones, the best first. */
  zones: z
    .array(z.object({ name: printed(60), color: z.string().regex(/^#[0-9a-f]{6}$/i) }))
    .min(1)
    .max(50),
  sections: z
    .array(z.discriminatedUnion('kind', [seatedSection, generalAdmissionSection]))
    .min(1)
    .max(300),
})

export type LayoutDocument = z.infer<typeof layoutDocument>
export type LayoutSection = LayoutDocument['sections'][number]
export type LayoutSeat = z.infer<typeof layoutSeat>

/** How many people a layout has places for. */
export function capacityOf(document: LayoutDocument): number {
  return document.sections.reduce((sum, section) => sum + capacityOfSection(section), 0)
}

/** How many people a section has places for. */
export function capacityOfSection(section: LayoutSection): number {
  if (section.kind === 'GENERAL_ADMISSION') return section.capacity
  return section.rows.reduce((sum, row) => sum + row.seats.length, 0)
}

/** What is special about a place. `STANDING`: nobody has a place of their own there. */
export type PlaceKind = 'SEAT' | 'ACCESSIBLE' | 'COMPANION' | 'RESTRICTED_VIEW' | 'STANDING'

/** One place that can be sold. */
export interface LayoutPlace {
  /** Counts through the layout from 0 without a gap: the bit of this place in every bitmap of the house. */
  number: number
  /** The index of its section. */
  section: number
  /** The index of its row in the section, the best first; null where nobody has a place of their own. */
  row: number | null
  /** Where it is in its row: neighbours differ by 1, across an aisle or a pillar by 2. Null as above. */
  position: number | null
  /** The name of its price zone. */
  zone: string
  /** Where to sit or stand, as printed on the ticket: `Stalls, row C, seat 12`. */
  label: string
  kind: PlaceKind
}

/**
 * Every place of a layout in the order of its numbers: section by section, row by row, seat by seat; a general-admission
 * section takes as many numbers as its capacity. A published layout never changes, so neither do its numbers.
 */
export function* placesOf(document: LayoutDocument): Generator<LayoutPlace, void, undefined> {
  let number = 0
  for (const [index, section] of document.sections.entries()) {
    for (const place of placesOfSection(section)) yield { number: number++, section: index, ...place }
  }
}

type SectionPlace = Omit<LayoutPlace, 'number' | 'section'>

function* placesOfSection(section: LayoutSection): Generator<SectionPlace> {
  const { zone } = section
  if (section.kind === 'GENERAL_ADMISSION') {
    const place = { row: null, position: null, zone, label: section.label, kind: 'STANDING' as const }
    for (let count = 0; count < section.capacity; count++) yield place
    return
  }
  for (const [row, { label: rowLabel, seats }] of section.rows.entries()) {
    let position = -1
    for (const [index, seat] of seats.entries()) {
      position += seat.gapBefore && index > 0 ? 2 : 1
      const label = `${section.label}, row ${rowLabel}, seat ${seat.label}`
      yield { row, position, zone, label, kind: kindOf(seat) }
    }
  }
}

/** A place for a wheelchair stays one when its view is restricted too: who may have it matters more than the view. */
function kindOf(seat: LayoutSeat): PlaceKind {
  if (seat.accessible) return 'ACCESSIBLE'
  if (seat.companion) return 'COMPANION'
  return seat.restrictedView ? 'RESTRICTED_VIEW' : 'SEAT'
}
