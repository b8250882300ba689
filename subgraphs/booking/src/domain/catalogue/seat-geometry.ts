import {
  capacityOfSection,
  type LayoutDocument,
  type LayoutRow,
  type LayoutSeat,
  type LayoutSection,
  type LayoutShape,
} from '@tikitu/schema/layout'

/** Geometry of a seat map, in centimetres: y = 0 is the front edge of the stage, and y grows away from it. */
export interface SeatGeometry {
  format: 'tikitu.geometry.v1'
  /** Bounding box of everything drawn. */
  bounds: Bounds
  zones: { name: string; color: string }[]
  sections: SectionGeometry[]
  /** Decorative shapes: the stage, walls, aisles. */
  shapes: ShapeGeometry[]
}

export interface Bounds {
  minX: number
  minY: number
  maxX: number
  maxY: number
}

export interface SectionGeometry {
  label: string
  /** Default zone of its seats; a row or a seat can override it. */
  zone: string
  kind: LayoutSection['kind']
  /** Number of its first seat; the others follow row by row. */
  first: number
  count: number
  /** Corners of a general-admission section: alternating x and y. */
  outline?: number[]
  rows?: RowGeometry[]
}

export interface RowGeometry {
  /** Empty for an unnamed row. */
  label: string
  /** Labels of the seats. */
  seats: string[]
  /** Centres of the seats: alternating x and y. */
  xy: number[]
  /** Zone of the row, if it differs from the section's. */
  zone?: string
  /** Zones of seats that differ from the row's, by index. */
  zones?: Record<number, string>
  /** Marks of seats, by index: ACCESSIBLE, COMPANION, RESTRICTED_VIEW. */
  marks?: Record<number, string>
}

export interface ShapeGeometry {
  kind: LayoutShape['kind']
  label: string | null
  /** Points: alternating x and y. A single point is the position of the label. */
  xy: number[]
  /** Whether the last point connects to the first. */
  isClosed: boolean
}

/** The geometry of a layout document, reduced to what drawing needs. */
export function geometryOf(document: LayoutDocument): SeatGeometry {
  let first = 0
  const sections = document.sections.map((section) => {
    const count = capacityOfSection(section)
    const { label, zone, kind } = section
    const geometry = { label, zone, kind, first, count, ...shapeOf(section) }
    first += count
    return geometry
  })
  const shapes = (document.shapes ?? []).map(shapeGeometry)
  const bounds = boundsOf([...sections.flatMap(pointsOf), ...shapes.map(({ xy }) => xy)])
  return { format: 'tikitu.geometry.v1', bounds, zones: document.zones, sections, shapes }
}

function pointsOf({ outline = [], rows = [] }: SectionGeometry): number[][] {
  return [outline, ...rows.map(({ xy }) => xy)]
}

/** Bounding box of lists of alternating x and y; all zero without points. */
function boundsOf(lists: readonly number[][]): Bounds {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const list of lists) {
    for (let index = 0; index < list.length; index += 2) {
      const [x = 0, y = 0] = [list[index], list[index + 1]]
      minX = Math.min(minX, x)
      maxX = Math.max(maxX, x)
      minY = Math.min(minY, y)
      maxY = Math.max(maxY, y)
    }
  }
  return minX <= maxX ? { minX, minY, maxX, maxY } : { minX: 0, minY: 0, maxX: 0, maxY: 0 }
}

function shapeGeometry({ kind, label, points, closed = false }: LayoutShape): ShapeGeometry {
  return { kind, label: label ?? null, xy: flat(points), isClosed: closed }
}

function flat(points: readonly { x: number; y: number }[]): number[] {
  return points.flatMap(({ x, y }) => [x, y])
}

function shapeOf(section: LayoutSection): Pick<SectionGeometry, 'outline' | 'rows'> {
  if (section.kind === 'GENERAL_ADMISSION') {
    return section.outline ? { outline: flat(section.outline) } : {}
  }
  return { rows: section.rows.map(rowGeometry) }
}

function rowGeometry({ label, zone, seats }: LayoutRow): RowGeometry {
  const zones = byIndex(seats, (seat) => (seat.zone === zone ? null : (seat.zone ?? null)))
  const marks = byIndex(seats, markOf)
  return {
    label,
    seats: seats.map((seat) => seat.label),
    xy: flat(seats),
    ...(zone === undefined ? {} : { zone }),
    ...(zones ? { zones } : {}),
    ...(marks ? { marks } : {}),
  }
}

/** Values of seats by index; null when no seat has one. */
function byIndex(
  seats: readonly LayoutSeat[],
  say: (seat: LayoutSeat) => string | null,
): Record<number, string> | null {
  const said = seats.map((seat, index) => [index, say(seat)] as const).filter(([, text]) => text !== null)
  return said.length > 0 ? (Object.fromEntries(said) as Record<number, string>) : null
}

function markOf(seat: LayoutSeat): string | null {
  if (seat.accessible) return 'ACCESSIBLE'
  if (seat.companion) return 'COMPANION'
  return seat.restrictedView ? 'RESTRICTED_VIEW' : null
}
