import type { LayoutDocument } from '@tikitu/schema/layout'
import type { LayoutProblem } from '../../errors.ts'

/** A seat, and where it stands in the document. */
export interface PlacedSeat {
  x: number
  y: number
  path: string
}

/** Two seats are not nearer to each other, from middle to middle, in hundredths of a metre. */
export const minSeatDistance = 30

/** Every numbered seat of a layout, in the order of its numbers. */
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
 * Seats that stand in each other's place, anywhere in the house. Seats are sorted into squares as wide as the distance
 * they must keep, so that each is compared with the few in the squares around it and a big house costs no more per seat.
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
