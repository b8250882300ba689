import { z } from 'zod'

/**
 * A seat layout, as it is imported, exported and published. Coordinates are centimetres on one plan for the whole house:
 * x to the right as the audience sees it, y away from the stage, whose front edge is y = 0. Fractions are rounded.
 */

/** Printable text on one line, without control characters. */
function oneLine(max: number) {
  return z
    .string()
    .trim()
    .max(max)
    .regex(/^[^\p{Cc}]*$/u, 'must be a single line of text')
}

function printed(max: number) {
  return oneLine(max).min(1)
}

/** Adding 0 turns -0 into 0. */
const coordinate = z
  .number()
  .min(-100_000)
  .max(100_000)
  .overwrite((value) => Math.round(value) + 0)

const point = z.object({ x: coordinate, y: coordinate })

const zoneName = printed(60)

/** A numbered seat. Neighbours follow one another in `row.seats`. */
const layoutSeat = z.object({
  /** As printed on the ticket. Unique in its row; in rows without a name, unique among all such rows of the section. */
  label: printed(24),
  /** The middle of the seat. */
  x: coordinate,
  y: coordinate,
  /** The price zone of this seat; absent: that of its row. */
  zone: zoneName.optional(),
  /** Whether an aisle or a pillar separates it from the previous seat in the row. */
  gapBefore: z.boolean().optional(),
  /** A wheelchair space. */
  accessible: z.boolean().optional(),
  /** For the companion of the guest in the accessible seat beside it. */
  companion: z.boolean().optional(),
  restrictedView: z.boolean().optional(),
})

const layoutRow = z.object({
  /** As printed on the ticket; unique in its section. Empty for a row without a name: `Box 3, seat 4`. */
  label: oneLine(24),
  /** The price zone of its seats; absent: that of the section. */
  zone: zoneName.optional(),
  seats: z.array(layoutSeat).min(1).max(500),
})

/** Rows of numbered seats. */
const seatedSection = z.object({
  kind: z.literal('SEATED'),
  /** Unique in the layout. */
  label: printed(60),
  /** The name of the price zone of its rows, where a row or a seat names no other. */
  zone: zoneName,
  /** Best row first; used for best-available holds. */
  rows: z.array(layoutRow).min(1).max(300),
})

/** An area without numbered seats. */
const generalAdmissionSection = z.object({
  kind: z.literal('GENERAL_ADMISSION'),
  label: printed(60),
  zone: zoneName,
  capacity: z.int().min(1).max(100_000),
  /** Its corners on the plan, in order. */
  outline: z.array(point).min(3).max(100).optional(),
})

/** What a shape shows. A TABLE stands between seats; TEXT is only its label. */
export const shapeKinds = ['STAGE', 'WALL', 'AISLE', 'ENTRANCE', 'BAR', 'TABLE', 'TEXT', 'OTHER'] as const

/** A drawing that is not for sale: the stage, walls, aisles. It may overlap seats and other shapes. */
const layoutShape = z
  .object({
    kind: z.enum(shapeKinds),
    /** Written at its middle. */
    label: printed(60).optional(),
    /** One point is where the label stands, two or more are a line. */
    points: z.array(point).min(1).max(200),
    /** Whether the last point is joined to the first, so that the line goes around an area. */
    closed: z.boolean().optional(),
  })
  .refine(({ closed, points }) => !closed || points.length >= 3, {
    path: ['points'],
    error: 'a closed shape has at least 3 points',
  })

export const layoutDocument = z.object({
  format: z.literal('tikitu.layout.v1'),
  /** Price zones, the best first. */
  zones: z
    .array(z.object({ name: zoneName, color: z.string().regex(/^#[0-9a-f]{6}$/i) }))
    .min(1)
    .max(50),
  sections: z
    .array(z.discriminatedUnion('kind', [seatedSection, generalAdmissionSection]))
    .min(1)
    .max(300),
  shapes: z.array(layoutShape).max(500).optional(),
})

export type LayoutDocument = z.infer<typeof layoutDocument>
export type LayoutSection = LayoutDocument['sections'][number]
export type SeatedSection = z.infer<typeof seatedSection>
export type LayoutRow = z.infer<typeof layoutRow>
export type LayoutShape = z.infer<typeof layoutShape>
export type LayoutSeat = z.infer<typeof layoutSeat>

/** The number of seats in a layout. */
export function capacityOf(document: LayoutDocument): number {
  return document.sections.reduce((sum, section) => sum + capacityOfSection(section), 0)
}

/** The number of seats in a section. */
export function capacityOfSection(section: LayoutSection): number {
  if (section.kind === 'GENERAL_ADMISSION') return section.capacity
  return section.rows.reduce((sum, row) => sum + row.seats.length, 0)
}
