import type { LayoutSeat, LayoutSection } from '@tikitu/schema/layout'
import { type Curve, rounded } from './curves.ts'

type SeatedSection = Extract<LayoutSection, { kind: 'SEATED' }>

/** Rows of numbered seats. */
export type Row = SeatedSection['rows'][number]

/** How the seats of a row stand. */
export interface Seating {
  /** How many seats stand together before an aisle, from left to right. */
  blocks: readonly number[]
  /** From one seat's middle to the next one's, in hundredths of a metre. */
  pitch: number
  aisle: number
  /** Where the middle of the row is on its curve. */
  middle?: number
}

/** The seats of one row along a curve, numbered from 1 at the left. */
export function seatsAlong(curve: Curve, { blocks, pitch, aisle, middle = 0 }: Seating): LayoutSeat[] {
  const count = blocks.reduce((sum, block) => sum + block, 0)
  const length = (count - 1) * pitch + (blocks.length - 1) * aisle
  let distance = middle - length / 2
  return blocks
    .flatMap((block, blockIndex) =>
      Array.from({ length: block }, (_seat, index) => {
        const isAfterAisle = blockIndex > 0 && index === 0
        const isFirst = blockIndex === 0 && index === 0
        if (!isFirst) distance += pitch + (isAfterAisle ? aisle : 0)
        return { label: '', ...rounded(curve.at(distance)), ...(isAfterAisle ? { gapBefore: true } : {}) }
      }),
    )
    .map((seat, index) => ({ ...seat, label: String(index + 1) }))
}

/** Numbers a row as many old houses do: odd numbers to the left, even ones to the right, 1 and 2 in the middle. */
export function oddAndEven(seats: readonly LayoutSeat[]): LayoutSeat[] {
  const left = Math.ceil(seats.length / 2)
  return seats.map((seat, index) => ({
    ...seat,
    label: String(index < left ? 2 * (left - index) - 1 : 2 * (index - left + 1)),
  }))
}

/** The letters of rows; I and O are left out, as they look like numbers. */
export const rowLetters = [...'ABCDEFGHJKLMNPQRSTUVWXYZ']

/** Rows in the order in which they are recommended: nobody's first choice is the row under the stage. */
export function bestFirst(rows: readonly Row[], best: number): Row[] {
  const distance = new Map(rows.map((row, index) => [row, Math.abs(index - best)]))
  return rows.toSorted((one, other) => (distance.get(one) ?? 0) - (distance.get(other) ?? 0))
}

/** Marks the seats that `isSo` picks by their place in the row, and how many there are in it. */
export function mark(row: Row, what: Partial<LayoutSeat>, isSo: (index: number, count: number) => boolean): Row {
  return {
    ...row,
    seats: row.seats.map((seat, index) => (isSo(index, row.seats.length) ? { ...seat, ...what } : seat)),
  }
}

/** The outermost `count` seats at either end of a row. */
export function outermost(count: number): (index: number, total: number) => boolean {
  return (index, total) => index < count || index >= total - count
}
