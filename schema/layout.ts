import { z } from 'zod'

/**
 * A seat layout, as it is imported, exported and published. `layout.schema.json` is written from it; what JSON Schema cannot say is in
 * `layout-schema.ts`.
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

const point = z.object({ x: coordinate, y: coordinate }).meta({ id: 'Point', description: 'A point on the plan.' })

const zoneName = printed(60)

const priceZone = z
  .object({
    name: zoneName.describe('Unique in the layout.'),
    color: z
      .string()
      .regex(/^#[0-9a-fA-F]{6}$/)
      .describe('The colour in which the zone is drawn: `#rrggbb`.'),
  })
  .meta({ id: 'Zone', description: 'A price zone.' })

const layoutSeat = z
  .object({
    label: printed(24).describe(
      'As printed on the ticket. Unique in its row; in rows without a name, unique among all such rows of the section.',
    ),
    x: coordinate.describe('The middle of the seat.'),
    y: coordinate.describe('The middle of the seat.'),
    zone: zoneName.describe('The price zone of this seat; absent: that of its row.').optional(),
    gapBefore: z
      .boolean()
      .optional()
      .describe('Whether an aisle or a pillar separates it from the previous seat in the row.'),
    accessible: z.boolean().optional().describe('A wheelchair space.'),
    companion: z.boolean().optional().describe('For the companion of the guest in the accessible seat beside it.'),
    restrictedView: z.boolean().optional().describe('Whether the view of the stage is restricted.'),
  })
  .meta({ id: 'Seat', description: 'A numbered seat. Neighbours follow one another in the row.' })

const layoutRow = z
  .object({
    label: oneLine(24).describe(
      'As printed on the ticket; unique in its section. Empty for a row without a name: `Box 3, seat 4`.',
    ),
    zone: zoneName.describe('The price zone of its seats; absent: that of the section.').optional(),
    seats: z.array(layoutSeat).min(1).max(500),
  })
  .meta({ id: 'Row', description: 'A row of seats.' })

const seatedSection = z
  .object({
    kind: z.literal('SEATED'),
    label: printed(60).describe('Unique in the layout.'),
    zone: zoneName.describe('The name of the price zone of its rows, where a row or a seat names no other.'),
    rows: z.array(layoutRow).min(1).max(300).describe('Best row first; used for best-available holds.'),
  })
  .meta({ id: 'SeatedSection', description: 'Rows of numbered seats.' })

const generalAdmissionSection = z
  .object({
    kind: z.literal('GENERAL_ADMISSION'),
    label: printed(60).describe('Unique in the layout.'),
    zone: zoneName.describe('The name of its price zone.'),
    capacity: z.int().min(1).max(100_000).describe('How many people it admits.'),
    outline: z.array(point).min(3).max(100).optional().describe('Its corners on the plan, in order.'),
  })
  .meta({ id: 'GeneralAdmissionSection', description: 'An area without numbered seats.' })

/** What a shape shows. A TABLE stands between seats; TEXT is only its label. */
export const shapeKinds = ['STAGE', 'WALL', 'AISLE', 'ENTRANCE', 'BAR', 'TABLE', 'TEXT', 'OTHER'] as const

const layoutShape = z
  .object({
    kind: z.enum(shapeKinds).describe('What it shows. A TABLE stands between seats; TEXT is only its label.'),
    label: printed(60).describe('Written at its middle.').optional(),
    points: z
      .array(point)
      .min(1)
      .max(200)
      .describe('One point is where the label stands, two or more are a line. A closed shape has at least three.'),
    closed: z
      .boolean()
      .optional()
      .describe('Whether the last point is joined to the first, so that the line goes around an area.'),
  })
  .refine(({ closed, points }) => !closed || points.length >= 3, {
    path: ['points'],
    error: 'a closed shape has at least 3 points',
  })
  .meta({
    id: 'Shape',
    description: 'A drawing that is not for sale: the stage, walls, aisles. It may overlap seats and other shapes.',
  })

export const layoutDocument = z
  .object({
    format: z.literal('tikitu.layout.v1'),
    zones: z.array(priceZone).min(1).max(50).describe('Price zones, the best first.'),
    sections: z
      .array(z.discriminatedUnion('kind', [seatedSection, generalAdmissionSection]))
      .min(1)
      .max(300),
    shapes: z.array(layoutShape).max(500).optional(),
  })
  .describe(
    'A seat layout. Coordinates are centimetres on one plan for the whole house: x to the right as the audience sees it, y away from ' +
      'the stage, whose front edge is y = 0. Fractions are rounded.',
  )

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
