import {
  capacityOfSection,
  type LayoutDocument,
  type LayoutRow,
  type LayoutSeat,
  type LayoutSection,
  type LayoutShape,
} from '@tikitu/schema/layout'

/** The plan of a house for drawing: coordinates are centimetres, with the stage's front edge at y = 0 and y away from it. */
export interface SeatGeometry {
  format: 'tikitu.geometry.v1'
  /** The smallest rectangle around everything that is drawn. */
  bounds: Bounds
  zones: { name: string; color: string }[]
  sections: SectionGeometry[]
  /** What is drawn and not sold: the stage, walls, aisles. */
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
  /** The zone of its places, where a row or a seat names no other. */
  zone: string
  kind: LayoutSection['kind']
  /** The number of its first place; the others follow, row by row and seat by seat. */
  first: number
  count: number
  /** The corners of a general-admission section: x and y in turn. */
  outline?: number[]
  rows?: RowGeometry[]
}

export interface RowGeometry {
  /** Empty for a row without a name. */
  label: string
  /** The seats' labels. */
  seats: string[]
  /** Their middles: x and y in turn. */
  xy: number[]
  /** The zone of its seats where it is not the section's. */
  zone?: string
  /** The zones of seats that are not in the row's, by index. */
  zones?: Record<number, string>
  /** What is special about some of them, by index: ACCESSIBLE, COMPANION, RESTRICTED_VIEW. */
  marks?: Record<number, string>
}

export interface ShapeGeometry {
  kind: LayoutShape['kind']
  label: string | null
  /** Its points: x and y in turn. One point is where the label stands. */
  xy: number[]
  /** Whether the last point is joined to the first. */
  isClosed: boolean
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
  const shapes = (document.shapes ?? []).map(shapeGeometry)
  const bounds = boundsOf([...sections.flatMap(pointsOf), ...shapes.map(({ xy }) => xy)])
  return { format: 'tikitu.geometry.v1', bounds, zones: document.zones, sections, shapes }
}

function pointsOf({ outline = [], rows = [] }: SectionGeometry): number[][] {
  return [outline, ...rows.map(({ xy }) => xy)]
}

/** Of lists of x and y in turn; all zero when nothing is drawn. */
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

/** What is said of some seats, by their index; null when it is said of none. */
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
