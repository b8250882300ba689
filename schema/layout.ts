import { z } from 'zod'

/**
 * A seat layout, as it is imported, exported and published. Coordinates are in units of a hundredth of a metre on one
 * plan for the whole house: x to the right, y away from the stage, whose front edge is y = 0.
 */

const label = z.string().trim().min(1).max(24)
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
  label: z.string().trim().min(1).max(60),
  /** The name of the price zone it belongs to. */
  zone: z.string().trim().min(1).max(60),
  /** The best row first: best-available goes by it. */
  rows: z.array(layoutRow).min(1).max(300),
})

/** A floor or a room where nobody has a place of their own. */
const generalAdmissionSection = z.object({
  kind: z.literal('GENERAL_ADMISSION'),
  label: z.string().trim().min(1).max(60),
  zone: z.string().trim().min(1).max(60),
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
    .array(z.object({ name: z.string().trim().min(1).max(60), color: z.string().regex(/^#[0-9a-f]{6}$/i) }))
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
