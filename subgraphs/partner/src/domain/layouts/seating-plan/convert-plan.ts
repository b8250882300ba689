import { lineProblem } from '@tikitu/kit/base/line-text'
import type { LayoutDocument, LayoutRow, LayoutShape, SeatedSection } from '@tikitu/schema/layout'
import colorNames from 'color-name'
import { areaOutline } from './plan-area.ts'
import { distance, type FrameOptions, frameOf, type Point, usualSpacing } from './plan-frame.ts'
import type { PlanArea, PlanRow, PlanZone, SeatingPlan } from './read-plan.ts'

interface PlacedSeat extends Point {
  label: string
  zone: string
}

interface PlacedRow {
  label: string
  seats: PlacedSeat[]
}

/** Seats farther apart than this multiple of the usual distance have an aisle between them. */
const aisleFactor = 1.5
const unknownColor = '#808080'

/**
 * Converts a seating plan: its zones become sections, its categories price zones, its areas shapes. Rows of one zone with
 * the same name become one row with an aisle. Rows keep their order, as the plan does not say which are best.
 */
export function convertSeatingPlan(plan: SeatingPlan, options: FrameOptions): LayoutDocument {
  const zones = plan.zones.map((zone) => ({
    zone,
    rows: placedRows(zone),
    areas: zone.areas.map((area) => drawn(area, zone)),
  }))
  const rows = zones.flatMap((zone) => zone.rows.map(({ seats }) => seats))
  const stages = zones.flatMap(({ areas }) => areas).filter(({ kind }) => kind === 'STAGE')
  const place = frameOf({ rows, stages: stages.map(({ points }) => points) }, options)
  const aisle = usualSpacing(rows) * aisleFactor
  const labels = new Set<string>()
  const sections = zones
    .filter((zone) => zone.rows.length > 0)
    .map(({ zone, rows }, index) => {
      const label = freeLabel(zone.name || `Section ${index + 1}`, labels)
      return sectionOf(
        label,
        rows.map((row) => withAisles(row, { aisle, place })),
      )
    })
  const shapes = zones.flatMap(({ areas }) => areas).map((shape) => ({ ...shape, points: shape.points.map(place) }))
  return { format: 'tikitu.layout.v1', zones: plan.categories.map(zoneOf), sections, shapes }
}

function zoneOf({ name, color = '' }: SeatingPlan['categories'][number]): LayoutDocument['zones'][number] {
  return { name, color: hexColor(color.trim().toLowerCase()) }
}

/** Colours are `#abc`, `#aabbcc` or CSS names. */
function hexColor(color: string): string {
  if (/^#[0-9a-f]{6}/.test(color)) return color.slice(0, 7)
  if (/^#[0-9a-f]{3}$/.test(color)) return color.replaceAll(/[0-9a-f]/g, '$&$&')
  const rgb = Object.hasOwn(colorNames, color) ? colorNames[color as keyof typeof colorNames] : null
  return rgb ? `#${rgb.map((part) => part.toString(16).padStart(2, '0')).join('')}` : unknownColor
}

function placedRows({ position, rows }: PlanZone): PlacedRow[] {
  const merged = new Map<string, PlacedRow>()
  for (const [index, row] of rows.entries()) {
    if (row.seats.length === 0) continue
    const key = row.row_number === '' ? `nameless ${index}` : `named ${row.row_number}`
    const before = merged.get(key)
    const seats = seatsOf(row, position)
    merged.set(key, { label: row.row_number, seats: before ? joined(before.seats, seats) : seats })
  }
  return [...merged.values()]
}

function seatsOf({ position: row = { x: 0, y: 0 }, seats }: PlanRow, zone: Point): PlacedSeat[] {
  return seats.map(({ seat_number: label, category, position: { x, y } }) => ({
    label,
    zone: category,
    x: zone.x + row.x + x,
    y: zone.y + row.y + y,
  }))
}

/** Joins two parts of a row in the order that leaves the smaller gap. */
function joined(one: PlacedSeat[], other: PlacedSeat[]): PlacedSeat[] {
  const gap = (first: PlacedSeat[], second: PlacedSeat[]) => distance(first.at(-1) as Point, second[0] as Point)
  return gap(one, other) <= gap(other, one) ? [...one, ...other] : [...other, ...one]
}

function withAisles(
  { label, seats }: PlacedRow,
  { aisle, place }: { aisle: number; place: (point: Point) => Point },
): LayoutRow {
  return {
    label,
    seats: seats.map((seat, index) => {
      const before = seats[index - 1]
      const isAfterAisle = before !== undefined && distance(before, seat) > aisle
      return { label: seat.label, zone: seat.zone, ...place(seat), ...(isAfterAisle ? { gapBefore: true } : {}) }
    }),
  }
}

/** Names each zone once: the section's most frequent zone, and for rows and seats only what differs. */
function sectionOf(label: string, rows: readonly LayoutRow[]): SeatedSection {
  const zone = mostFrequent(rows.flatMap(({ seats }) => seats.map((seat) => seat.zone ?? '')))
  return { kind: 'SEATED', label, zone, rows: rows.map((row) => withZones(row, zone)) }
}

function withZones(row: LayoutRow, sectionZone: string): LayoutRow {
  const zone = mostFrequent(row.seats.map((seat) => seat.zone ?? ''))
  const seats = row.seats.map(({ zone: own, ...seat }) => (own === zone ? seat : { ...seat, zone: own }))
  return { label: row.label, ...(zone === sectionZone ? {} : { zone }), seats }
}

function mostFrequent(names: readonly string[]): string {
  const counts = Map.groupBy(names, (name) => name)
  const [most = ''] = [...counts.keys()].toSorted((a, b) => (counts.get(b)?.length ?? 0) - (counts.get(a)?.length ?? 0))
  return most
}

function freeLabel(label: string, taken: Set<string>): string {
  let free = label
  for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${label.slice(0, 55)} ${number}`
  taken.add(free.toLowerCase())
  return free
}

const stageWords = /stage|b(?:ü|ue)hne|sc[èe]ne|scena|escenario|palco|podium|舞台|ステージ|сцена/iu

function drawn(area: PlanArea, zone: PlanZone): LayoutShape {
  const outline = areaOutline(area)
  const points = outline.map(({ x, y }) => ({ x: zone.position.x + x, y: zone.position.y + y }))
  const text = [...(area.text ?? '').trim().replaceAll(/\s+/g, ' ')].slice(0, 60).join('').trim()
  const label = text !== '' && lineProblem(text) === null ? { label: text } : {}
  if (points.length === 1) return { kind: 'TEXT', ...label, points }
  return { kind: stageWords.test(text) ? 'STAGE' : 'OTHER', ...label, points, closed: true }
}
