import type { LayoutDocument, LayoutSection } from '@tikitu/schema/layout'
import { arc } from './curves.ts'
import { bestFirst, mark, oddAndEven, outermost, type Row, rowLetters, seatsAlong } from './rows.ts'

const behindStage = { x: 0, y: -1500 }
const seating = { pitch: 55, aisle: 55 }
const rowDepth = 95

/** A theatre of 1,200 seats: stalls in two parts, a circle, a balcony, and four boxes on either side. */
export function theatre(): LayoutDocument {
  return {
    format: 'tikitu.layout.v1',
    zones: [
      { name: 'Premium', color: '#b3261e' },
      { name: 'Boxes', color: '#7d2ae8' },
      { name: 'Stalls', color: '#e8710a' },
      { name: 'Circle', color: '#1a73e8' },
      { name: 'Balcony', color: '#188038' },
    ],
    sections: [
      { kind: 'SEATED', label: 'Front Stalls', zone: 'Premium', rows: bestFirst(frontStalls(), 4) },
      { kind: 'SEATED', label: 'Rear Stalls', zone: 'Stalls', rows: rearStalls() },
      { kind: 'SEATED', label: 'Circle', zone: 'Circle', rows: circle() },
      { kind: 'SEATED', label: 'Balcony', zone: 'Balcony', rows: balcony() },
      ...boxes(),
    ],
    shapes: [
      { kind: 'STAGE', label: 'Stage', closed: true, points: corners(900, { from: -1000, to: 0 }) },
      { kind: 'ENTRANCE', label: 'Foyer', points: [{ x: 0, y: 4300 }] },
    ],
  }
}

/** A rectangle centred on x = 0. */
function corners(halfWidth: number, { from, to }: { from: number; to: number }): { x: number; y: number }[] {
  return [
    { x: -halfWidth, y: from },
    { x: halfWidth, y: from },
    { x: halfWidth, y: to },
    { x: -halfWidth, y: to },
  ]
}

function frontStalls(): Row[] {
  const sides = [5, 5, 6, 6, 7, 7, 8, 8]
  return sides.map((side, index) => curvedRow(rowLetters[index], 250 + index * rowDepth, [side, 14, side]))
}

/** Pillars restrict the view of the outer seats in the back rows. */
function rearStalls(): Row[] {
  const sides = [8, 8, 9, 9, 9, 10, 10, 10, 10]
  const rows = sides.map((side, index) => curvedRow(rowLetters[8 + index], 1130 + index * rowDepth, [side, 14, side]))
  return [
    ...rows.map((row, index) => (index < 6 ? row : mark(row, { restrictedView: true }, outermost(3)))),
    wheelchairRow(),
  ]
}

/** Level with the foyer: six wheelchair spaces, each beside a companion seat. */
function wheelchairRow(): Row {
  const row = {
    label: 'T',
    seats: seatsAlong(arc(behindStage, 1500 + 2040), { blocks: [6, 6], pitch: 120, aisle: 300 }),
  }
  const withChairs = mark(row, { accessible: true }, (index) => index % 2 === 0)
  return mark(withChairs, { companion: true }, (index) => index % 2 === 1)
}

function circle(): Row[] {
  const sides = [10, 10, 11, 11, 12, 12, 13, 13]
  const rows = sides.map((side, index) => curvedRow(rowLetters[index], 2450 + index * rowDepth, [side, 16, side]))
  return rows.map((row, index) =>
    numberedFromMiddle(index === 0 ? mark(row, { restrictedView: true }, outermost(2)) : row),
  )
}

function balcony(): Row[] {
  const sides = [11, 12, 13, 13, 14, 15, 15]
  const rows = sides.map((side, index) => curvedRow(rowLetters[index], 3500 + index * rowDepth, [side, 18, side]))
  return rows.map((row, index) =>
    numberedFromMiddle(index < 5 ? row : mark(row, { restrictedView: true }, outermost(4))),
  )
}

/** Boxes A to D are on the left, E to H on the right; A and H hang over the stage. */
function boxes(): LayoutSection[] {
  return [...'ABCDEFGH'].map((letter, index) => {
    const side = index < 4 ? -1 : 1
    const fromStage = index < 4 ? index : 7 - index
    const rows = [4, 3].map((count, row) => ({
      label: row === 0 ? 'front' : 'back',
      seats: Array.from({ length: count }, (_seat, seat) => ({
        label: String(row * 4 + seat + 1),
        x: side * (1400 + row * 90),
        y: 150 + fromStage * 420 + seat * 70,
      })),
    }))
    const seen = rows.map((row) =>
      fromStage === 0 || row.label === 'back' ? mark(row, { restrictedView: true }, () => true) : row,
    )
    return { kind: 'SEATED', label: `Box ${letter}`, zone: 'Boxes', rows: seen }
  })
}

function curvedRow(label = '', fromStage: number, blocks: readonly number[]): Row {
  return { label, seats: seatsAlong(arc(behindStage, 1500 + fromStage), { ...seating, blocks }) }
}

function numberedFromMiddle(row: Row): Row {
  return { ...row, seats: oddAndEven(row.seats) }
}
