import type { LayoutDocument } from '@tikitu/schema/layout'
import type { LayoutProblem } from '../../errors.ts'

/** A seat and its path in the document. */
export interface PlacedSeat {
  x: number
  y: number
  path: string
}

/** The minimum distance between the centres of two seats, in centimetres. */
export const minSeatDistance = 30

/** Every numbered seat of a layout, by number. */
export function* placedSeats(document: LayoutDocument): Generator<PlacedSeat> {
  for (const [sectionIndex, section] of document.sections.entries()) {
    if (section.kind !== 'SEATED') continue
    for (const [rowIndex, row] of section.rows.entries()) {
      for (const [index, { x, y }] of row.seats.entries()) {
        yield { x, y, path: `sections[${sectionIndex}].rows[${rowIndex}].seats[${index}]` }
      }
    }
  }
}

/**
 * Seats that overlap. They are sorted into a grid of the minimum distance, so that each is compared with the few in the
 * neighbouring cells and the cost per seat does not grow with the layout.
 */
export function* overlapProblems(document: LayoutDocument): Generator<LayoutProblem> {
  const squares = new Map<string, PlacedSeat[]>()
  for (const seat of placedSeats(document)) {
    const column = Math.floor(seat.x / minSeatDistance)
    const row = Math.floor(seat.y / minSeatDistance)
    const other = around(squares, column, row).find((near) => distance(near, seat) < minSeatDistance)
    if (other) {
      const message = `is ${Math.round(distance(other, seat))} cm from ${other.path}; seats must be at least ${minSeatDistance} cm apart`
      yield { path: seat.path, message }
    }
    const key = `${column},${row}`
    const square = squares.get(key)
    if (square) square.push(seat)
    else squares.set(key, [seat])
  }
}

function around(squares: ReadonlyMap<string, PlacedSeat[]>, column: number, row: number): PlacedSeat[] {
  const steps = [-1, 0, 1]
  return steps.flatMap((dx) => steps.flatMap((dy) => squares.get(`${column + dx},${row + dy}`) ?? []))
}

function distance(a: PlacedSeat, b: PlacedSeat): number {
  return Math.hypot(a.x - b.x, a.y - b.y)
}
