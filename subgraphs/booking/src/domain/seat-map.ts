import type { Db } from '@tikitu/kit/db'
import { createRecent, type Recent } from '@tikitu/kit/recent'
import { capacityOfSection, type LayoutDocument, type LayoutSection, layoutDocument } from '@tikitu/schema/layout'
import { eq } from 'drizzle-orm'
import type { Ctx } from '../context.ts'
import { layouts } from '../db/tables/partners.ts'

/** The plan of a house for drawing: `first` is the number of a section's first place, and the others follow. */
export interface SeatGeometry {
  format: 'tikitu.geometry.v1'
  zones: { name: string; color: string }[]
  sections: SectionGeometry[]
}

export interface SectionGeometry {
  label: string
  zone: string
  kind: LayoutSection['kind']
  first: number
  count: number
  /** The corners of a general-admission section: x and y in turn. */
  outline?: number[]
  rows?: RowGeometry[]
}

export interface RowGeometry {
  label: string
  /** The seats' labels. */
  seats: string[]
  /** Their coordinates: x and y in turn. */
  xy: number[]
  /** What is special about some of them, by index: ACCESSIBLE, COMPANION, RESTRICTED_VIEW. */
  marks?: Record<number, string>
}

const mostPlans = 64

/** Per database. To read a plan out of its document takes longer than all the rest of the page, and it never changes. */
const plans = new WeakMap<Db, Recent<string, SeatGeometry>>()

/** The plan of a published layout. It never changes. */
export async function seatGeometryOf(ctx: Ctx, layoutId: string): Promise<SeatGeometry> {
  const known = plans.get(ctx.db) ?? createRecent<string, SeatGeometry>(mostPlans)
  plans.set(ctx.db, known)
  const geometry = known.get(layoutId) ?? (await readGeometry(ctx, layoutId))
  known.set(layoutId, geometry)
  return geometry
}

async function readGeometry(ctx: Ctx, layoutId: string): Promise<SeatGeometry> {
  const [layout] = await ctx.db.select({ document: layouts.document }).from(layouts).where(eq(layouts.id, layoutId))
  if (!layout) throw new Error(`layout ${layoutId} is missing`)
  return geometryOf(layoutDocument.parse(layout.document))
}

/** The plan in a layout document, without what drawing does not need. */
export function geometryOf(document: LayoutDocument): SeatGeometry {
  let first = 0
  const sections = document.sections.map((section) => {
    const count = capacityOfSection(section)
    const { label, zone, kind } = section
    const geometry = { label, zone, kind, first, count, ...shapeOf(section) }
    first += count
    return geometry
  })
  return { format: 'tikitu.geometry.v1', zones: document.zones, sections }
}

function shapeOf(section: LayoutSection): Pick<SectionGeometry, 'outline' | 'rows'> {
  if (section.kind === 'GENERAL_ADMISSION') {
    return section.outline ? { outline: section.outline.flatMap(({ x, y }) => [x, y]) } : {}
  }
  return { rows: section.rows.map(rowGeometry) }
}

function rowGeometry({ label, seats }: { label: string; seats: readonly Seat[] }): RowGeometry {
  const marks = Object.fromEntries(
    seats.map((seat, index) => [index, markOf(seat)] as const).filter(([, mark]) => mark !== null),
  ) as Record<number, string>
  const row = { label, seats: seats.map((seat) => seat.label), xy: seats.flatMap(({ x, y }) => [x, y]) }
  return Object.keys(marks).length > 0 ? { ...row, marks } : row
}

type Seat = Extract<LayoutSection, { kind: 'SEATED' }>['rows'][number]['seats'][number]

function markOf(seat: Seat): string | null {
  if (seat.accessible) return 'ACCESSIBLE'
  if (seat.companion) return 'COMPANION'
  return seat.restrictedView ? 'RESTRICTED_VIEW' : null
}
