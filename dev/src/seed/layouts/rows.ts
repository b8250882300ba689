import type { LayoutSeat, LayoutSection } from '@tikitu/schema/layout'
import { type Curve, rounded } from './curves.ts'

type SeatedSection = Extract<LayoutSection, { kind: 'SEATED' }>

/** Rows of numbered seats. */
export type Row = SeatedSection['rows'][number]

/** The arrangement of the seats in a row. */
export interface Seating {
  /** The number of seats between aisles, from left to right. */
  blocks: readonly number[]
  /** The distance between the centres of neighbouring seats, in centimetres. */
  pitch: number
  aisle: number
  /** The position of the middle of the row on its curve. */
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

/** Numbers a row from the middle, as in many old theatres: odd numbers to the left, even ones to the right. */
export function oddAndEven(seats: readonly LayoutSeat[]): LayoutSeat[] {
  const left = Math.ceil(seats.length / 2)
  return seats.map((seat, index) => ({
    ...seat,
    label: String(index < left ? 2 * (left - index) - 1 : 2 * (index - left + 1)),
  }))
}

/** Row letters without I and O, which look like numbers. */
export const rowLetters = [...'ABCDEFGHJKLMNPQRSTUVWXYZ']

/** Rows in order of preference: by distance from the best row. */
export function bestFirst(rows: readonly Row[], best: number): Row[] {
  const distance = new Map(rows.map((row, index) => [row, Math.abs(index - best)]))
  return rows.toSorted((one, other) => (distance.get(one) ?? 0) - (distance.get(other) ?? 0))
}

/** Sets properties on the seats that `isMatch` selects by index. */
export function mark(row: Row, what: Partial<LayoutSeat>, isMatch: (index: number, count: number) => boolean): Row {
  return {
    ...row,
    seats: row.seats.map((seat, index) => (isMatch(index, row.seats.length) ? { ...seat, ...what } : seat)),
  }
}

/** The outermost `count` seats at either end of a row. */
export function outermost(count: number): (index: number, total: number) => boolean {
  return (index, total) => index < count || index >= total - count
}
