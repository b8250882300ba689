import type { LayoutDocument, LayoutSection } from '@tikitu/schema/layout'
import { openEllipse, type Point, rounded } from './curves.ts'
import { mark, type Row, seatsAlong } from './rows.ts'

const center = { x: 0, y: 3200 }
const opening = 1 / 6
const rowDepth = 80
const rowCount = 20

interface Ring {
  /** The number of the first section; the others count on from it, clockwise. */
  first: number
  sections: number
  /** Half of the front row's extent. */
  half: Point
  /** Seats in the front row of a section; every fourth row has one more. */
  seats: number
  zones: { facing: string; side: string }
}

const lower: Ring = {
  first: 101,
  sections: 20,
  half: { x: 2800, y: 3800 },
  seats: 15,
  zones: { facing: 'Lower bowl', side: 'Lower bowl, side' },
}
const upper: Ring = {
  first: 201,
  sections: 24,
  half: { x: 4800, y: 5800 },
  seats: 13,
  zones: { facing: 'Upper bowl', side: 'Upper bowl, side' },
}

/** An arena for 18,000: 4,000 stand on the floor, 14,000 sit in two rings around it, open behind the stage. */
export function arena(): LayoutDocument {
  return {
    format: 'tikitu.layout.v1',
    zones: [
      { name: 'Floor', color: '#b3261e' },
      { name: lower.zones.facing, color: '#e8710a' },
      { name: lower.zones.side, color: '#f9ab00' },
      { name: upper.zones.facing, color: '#1a73e8' },
      { name: upper.zones.side, color: '#188038' },
    ],
    sections: [floor(), ...ringSections(lower), ...ringSections(upper)],
  }
}

function floor(): LayoutSection {
  const edge = openEllipse(center, { x: 2500, y: 3400 }, opening)
  const corners = Array.from({ length: 25 }, (_corner, index) => rounded(edge.at((index / 24 - 0.5) * edge.length)))
  return { kind: 'GENERAL_ADMISSION', label: 'Floor', zone: 'Floor', capacity: 4_000, outline: corners }
}

function ringSections(ring: Ring): LayoutSection[] {
  const curves = Array.from({ length: rowCount }, (_row, row) =>
    openEllipse(center, { x: ring.half.x + row * rowDepth, y: ring.half.y + row * rowDepth }, opening),
  )
  return Array.from({ length: ring.sections }, (_section, index) => {
    const part = (index + 0.5) / ring.sections - 0.5
    const rows = curves.map((curve, row) => ({
      label: String(row + 1),
      seats: seatsAlong(curve, {
        blocks: [ring.seats + Math.floor(row / 4)],
        pitch: 50,
        aisle: 0,
        middle: part * curve.length,
      }),
    }))
    return {
      kind: 'SEATED',
      label: String(ring.first + index),
      zone: Math.abs(part) < 0.25 ? ring.zones.facing : ring.zones.side,
      rows: withPeculiarities(rows, index, ring),
    }
  })
}

/** The first and the last section look at the stage from behind. The concourse gives wheelchairs the lower ring's top row. */
function withPeculiarities(rows: Row[], index: number, ring: Ring): Row[] {
  if (index === 0 || index === ring.sections - 1)
    return rows.map((row) => mark(row, { restrictedView: true }, () => true))
  if (ring !== lower || index % 3 !== 1) return rows
  return rows.map((row, number) => (number === rowCount - 1 ? withWheelchairs(row) : row))
}

function withWheelchairs(row: Row): Row {
  const withChairs = mark(row, { accessible: true }, (index) => index < 8 && index % 2 === 0)
  return mark(withChairs, { companion: true }, (index) => index < 8 && index % 2 === 1)
}
